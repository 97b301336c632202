//! Loopback ports that are free now, and the wall clock.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use super::StackError;

/// Any free port of this machine, to nobody else.
pub(super) const LOOPBACK: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// `N` different ports that nobody listens on at this moment. Somebody may take one before the program
/// it is meant for does; whoever starts that program tries again with others.
pub(super) fn free<const N: usize>() -> Result<[SocketAddr; N], StackError> {
    let refused = |source| StackError::Listen { source };
    // All are held until the last is known, so that no two are the same.
    let mut held = Vec::new();
    let mut ports = [LOOPBACK; N];
    for port in &mut ports {
        let listener = TcpListener::bind(LOOPBACK).map_err(refused)?;
        *port = listener.local_addr().map_err(refused)?;
        held.push(listener);
    }
    Ok(ports)
}

/// Now, nanoseconds since 1970; 0 where the clock stands outside the years 1678 to 2262.
pub(super) fn now_unix_nanos() -> i64 {
    i64::try_from(jiff::Timestamp::now().as_nanosecond()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_ports_are_different_and_can_be_bound() -> Result<(), StackError> {
        let ports: [SocketAddr; 3] = free()?;
        assert!(ports[0] != ports[1] && ports[1] != ports[2] && ports[0] != ports[2]);
        assert!(ports.iter().all(|port| port.port() != 0 && TcpListener::bind(port).is_ok()));
        Ok(())
    }
}
