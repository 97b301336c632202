//! The system's list of ports, read from trees made as the kernel makes them.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use hil::port::{PortList, Sysfs};

fn file(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("{text}\n")).unwrap();
}

/// An adapter on the second socket of the first bus, as the kernel shows it.
fn adapter(root: &Path, name: &str, socket: &str, interface: &str, serial: Option<&str>) {
    let host = root.join("sys/devices/pci0000:00/0000:00:14.0");
    let device = host.join(format!("usb1/1-{socket}"));
    let port = device.join(format!("1-{socket}:1.{interface}")).join(name);
    fs::create_dir_all(root.join("sys/bus/pci")).unwrap();
    fs::create_dir_all(port.join("tty").join(name)).unwrap();
    let _ = symlink(root.join("sys/bus/pci"), host.join("subsystem"));
    file(&device.join("idVendor"), "0403");
    file(&device.join("idProduct"), "6015");
    file(&device.join("product"), "VE Direct cable");
    if let Some(serial) = serial {
        file(&device.join("serial"), serial);
    }
    file(&device.join(format!("1-{socket}:1.{interface}/bInterfaceNumber")), &format!("0{interface}"));
    symlink(&port, port.join("tty").join(name).join("device")).unwrap();
    fs::create_dir_all(root.join("sys/class/tty")).unwrap();
    symlink(port.join("tty").join(name), root.join("sys/class/tty").join(name)).unwrap();
    file(&root.join("dev").join(name), "");
}

#[test]
fn a_usb_adapter_is_listed_with_number_place_and_lasting_names() {
    let root = tempfile::tempdir().unwrap();
    adapter(root.path(), "ttyUSB0", "2", "0", Some("VE3ABCDE"));
    adapter(root.path(), "ttyUSB10", "3.1", "1", None);
    let by_id = root.path().join("dev/serial/by-id/usb-VE_Direct_cable_VE3ABCDE-if00-port0");
    fs::create_dir_all(by_id.parent().unwrap()).unwrap();
    symlink("../../ttyUSB0", &by_id).unwrap();
    // Neither a console nor a built-in port that no board has is a port.
    fs::create_dir_all(root.path().join("sys/class/tty/tty1")).unwrap();
    let built_in = root.path().join("sys/class/tty/ttyS0");
    fs::create_dir_all(built_in.join("device")).unwrap();
    file(&built_in.join("type"), "0");

    let mut list = Sysfs::at(root.path());
    let ports = list.ports();
    assert_eq!(ports.len(), 2, "{ports:?}");
    let usb = ports[0].usb.as_ref().unwrap();
    assert_eq!((ports[0].node.to_str(), usb.id.to_string()), (Some("/dev/ttyUSB0"), "0403:6015".to_owned()));
    assert_eq!((usb.serial.as_deref(), usb.interface), (Some("VE3ABCDE"), 0));
    assert_eq!(ports[0].place.as_deref(), Some("pci-0000:00:14.0-usb-0:2:1.0"));
    let link = Path::new("/dev/serial/by-id/usb-VE_Direct_cable_VE3ABCDE-if00-port0");
    assert_eq!(ports[0].links, [link]);
    assert_eq!(list.leads_to(link).as_deref(), Some(Path::new("/dev/ttyUSB0")));
    let usb = ports[1].usb.as_ref().unwrap();
    assert_eq!((usb.serial.as_deref(), usb.interface), (None, 1));
    assert_eq!(ports[1].place.as_deref(), Some("pci-0000:00:14.0-usb-0:3.1:1.1"));
}

#[test]
fn a_system_without_any_port_gives_an_empty_list() {
    let root = tempfile::tempdir().unwrap();
    let mut list = Sysfs::at(root.path());
    assert_eq!((list.ports(), list.leads_to(Path::new("/dev/ttyUSB0"))), (Vec::new(), None));
}
