//! Which Host a request may name. A page of somebody else's that gets its own name to resolve to this machine would otherwise read
//! ours through the visitor's browser (DNS rebinding); such a page always asks under its own name.

use std::net::{IpAddr, SocketAddr};

/// The names under which the page may be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosts {
    listen: IpAddr,
    names: Vec<String>,
}

impl Hosts {
    /// Loopback's names, the address listened on, and `names`, which somebody wrote into the configuration.
    #[must_use]
    pub fn new(listen: SocketAddr, names: &[String]) -> Self {
        Self { listen: listen.ip(), names: names.iter().map(|name| name.to_ascii_lowercase()).collect() }
    }

    /// Whether a `Host` header may be answered, whatever port it names.
    #[must_use]
    pub fn allow(&self, host: &str) -> bool {
        let name = without_port(host).to_ascii_lowercase();
        let bare = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&name);
        if let Ok(address) = bare.parse::<IpAddr>() {
            // An address in figures is nobody's name: where every interface is listened on, each of them is ours.
            return address.is_loopback() || address == self.listen || self.listen.is_unspecified();
        }
        name == "localhost" || self.names.contains(&name)
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.ends_with(':') => {
            // An IPv6 address without brackets has no port.
            if name.contains(':') && !name.ends_with(']') { host } else { name }
        }
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(listen: &str) -> Hosts {
        Hosts::new(listen.parse().expect("an address"), &["Balise.depot.example".to_owned()])
    }

    #[test]
    fn our_own_names_are_answered_and_nobody_elses() {
        let hosts = hosts("127.0.0.1:9187");
        for ours in
            ["localhost", "LOCALHOST:9187", "127.0.0.1:80", "[::1]:9187", "::1", "balise.depot.example:1"]
        {
            assert!(hosts.allow(ours), "{ours}");
        }
        for other in [
            "",
            "evil.example",
            "localhost.evil.example",
            "192.0.2.7",
            "localhost:evil",
            "[::1",
            "a:b:c",
            "localhost.",
        ] {
            assert!(!hosts.allow(other), "{other}");
        }
    }

    #[test]
    fn where_every_interface_is_listened_on_any_address_in_figures_is_ours() {
        let hosts = hosts("0.0.0.0:9187");
        assert!(hosts.allow("192.0.2.7:9187") && !hosts.allow("evil.example:9187"));
    }
}
