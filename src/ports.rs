//! The serial ports of this machine, for `doctor --ports`: what each is, who holds it, what answers on it.
//!
//! A free port is opened and probed with nothing but questions that read; all ports at once, about seven
//! seconds where nothing answers. A held port is left alone.

use std::path::{Path, PathBuf};

use hil::port::{BoundBy, Holder, Identity, Listed, PortList, Probed, Sysfs, holders, probe};
use serde_json::{Value, json};
use tokio::task::{JoinSet, LocalSet};

use crate::words::Words;
use fluent_templates::fluent_bundle::FluentValue;

/// A port and what was found on it.
#[derive(Debug)]
pub struct Port {
    listed: Listed,
    identity: Identity,
    holders: Vec<Holder>,
    probed: Result<Option<Probed>, String>,
}

/// Looks at each port the system lists, and at `more`.
#[must_use]
pub fn examine(more: Option<&Path>, words: Words) -> Vec<Port> {
    let mut ports = Sysfs::default().ports();
    let is_listed = |path: &Path| ports.iter().any(|port| port.node == path);
    if let Some(path) = more.filter(|path| !is_listed(path)) {
        ports.push(Listed { node: PathBuf::from(path), usb: None, place: None, links: Vec::new() });
    }
    ports.sort_by(|one, other| one.node.cmp(&other.node));
    let identities: Vec<Identity> = ports.iter().map(|port| Identity::of(port, &ports)).collect();
    let held: Vec<Vec<Holder>> = ports.iter().map(|port| holders(&port.node)).collect();
    let probed = probe_all(&ports, words);
    let all = ports.into_iter().zip(identities).zip(held).zip(probed);
    all.map(|(((listed, identity), holders), probed)| Port { listed, identity, holders, probed }).collect()
}

/// What answers on each port. Whoever holds one holds it alone, so that it cannot even be opened.
fn probe_all(ports: &[Listed], words: Words) -> Vec<Result<Option<Probed>, String>> {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return ports.iter().map(|_| Err(error.to_string())).collect(),
    };
    runtime.block_on(LocalSet::new().run_until(async {
        let mut running = JoinSet::new();
        for (index, port) in ports.iter().enumerate() {
            let node = port.node.clone();
            running.spawn_local(async move { (index, probe_free(&node, words).await) });
        }
        let mut all = running.join_all().await;
        all.sort_by_key(|(index, _)| *index);
        all.into_iter().map(|(_, found)| found).collect()
    }))
}

async fn probe_free(node: &Path, words: Words) -> Result<Option<Probed>, String> {
    let told = |error| crate::port::told(&error, words);
    // A holder that does not hold it alone must not be disturbed either.
    if !holders(node).is_empty() {
        return Err(told(hil::link::LinkError::Busy { path: node.to_owned() }));
    }
    probe(node).await.map_err(told)
}

impl Port {
    /// It can be used.
    #[must_use]
    pub const fn is_usable(&self) -> bool {
        self.probed.is_ok()
    }

    fn device(&self) -> Option<&Probed> {
        self.probed.as_ref().ok().and_then(Option::as_ref)
    }

    /// By what a monitor would know it again.
    fn bound_by(&self) -> BoundBy {
        let tells_serial = self.device().is_some_and(|device| device.serial.is_some());
        match self.identity.bound_by() {
            BoundBy::Place | BoundBy::Name if tells_serial => BoundBy::DeviceSerial,
            mark => mark,
        }
    }

    /// For a program.
    #[must_use]
    pub fn json(&self) -> Value {
        let usb = self.listed.usb.as_ref();
        let names = self.listed.links.iter().map(|link| link.display().to_string());
        let holders = self.holders.iter().map(|holder| json!({ "pid": holder.pid, "name": holder.name }));
        json!({
            "port": self.listed.node.display().to_string(),
            "ok": self.is_usable(),
            "usb": usb.map(|usb| usb.id.to_string()),
            "usb_serial": usb.and_then(|usb| usb.serial.clone()),
            "usb_product": usb.and_then(|usb| usb.product.clone()),
            "path": self.listed.place,
            "names": names.collect::<Vec<_>>(),
            "held_by": holders.collect::<Vec<_>>(),
            "device": self.device().map(|device| device.kind.name()),
            "device_serial": self.device().and_then(|device| device.serial.clone()),
            "bound_by": self.bound_by().name(),
            "trouble": self.probed.as_ref().err(),
        })
    }

    /// For a person: the port, then a line for each thing known of it, as a configuration has it.
    #[must_use]
    pub fn paragraph(&self, words: Words) -> String {
        let usb = self.listed.usb.as_ref();
        let quoted = |key: &str, value: Option<&str>| value.map(|value| format!("{key} = \"{value}\""));
        let serial = self.device().and_then(|device| device.serial.as_deref());
        let known = [
            quoted("device", self.device().map(|device| device.kind.name())),
            quoted("device_serial", serial),
            quoted("usb", usb.map(|usb| usb.id.to_string()).as_deref()),
            quoted("usb_serial", usb.and_then(|usb| usb.serial.as_deref())),
            quoted("path", self.listed.place.as_deref()),
        ];
        let bound = words.say(&format!("monitor-bound-{}", self.bound_by().name()));
        let sentence = match &self.probed {
            Err(trouble) => trouble.clone(),
            Ok(None) => words.say("doctor-port-quiet"),
            Ok(Some(_)) => words.tell("doctor-port-bound", &[("bound", FluentValue::from(bound))]),
        };
        let product = usb.and_then(|usb| usb.product.as_deref()).unwrap_or_default();
        let head = format!("{}  {product}", self.listed.node.display());
        let lines = known.into_iter().flatten().chain(sentence.lines().map(|line| line.trim().to_owned()));
        lines.fold(head.trim_end().to_owned() + "\n", |text, line| text + "    " + &line + "\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hil::port::{UsbId, UsbPort};

    #[test]
    fn twins_that_share_a_serial_number_are_told_to_be_known_by_their_place() {
        let id: UsbId = "0403:6001".parse().expect("an id");
        let twin = |place: &str| Listed {
            node: PathBuf::from(format!("/dev/ttyUSB{place}")),
            usb: Some(UsbPort { id, serial: Some("SAME".to_owned()), product: None, interface: 0 }),
            place: Some(place.to_owned()),
            links: Vec::new(),
        };
        let ports = [twin("1"), twin("2")];
        let known = |ports: &[Listed], device_serial: Option<&str>| {
            let device = device_serial.map(|serial| Probed {
                kind: hil::DeviceKind::VedirectMppt,
                serial: Some(serial.to_owned()),
            });
            let identity = Identity::of(&ports[0], ports);
            Port { listed: ports[0].clone(), identity, holders: Vec::new(), probed: Ok(device) }.bound_by()
        };
        assert_eq!(known(&ports, None), BoundBy::Place);
        assert_eq!(known(&ports, Some("HQ2132")), BoundBy::DeviceSerial);
        assert_eq!(known(&ports[..1], None), BoundBy::UsbSerial);
    }
}
