//! What waiting for ports that are gone costs: the share of one core, over ten seconds.
//!
//! ```text
//! cargo run --release -p hil --example gone_cost
//! ```

use std::time::{Duration, Instant};

use hil::port::{LivePort, Sysfs, Wanted};

/// Ports that are waited for.
const PORTS: usize = 50;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (before, began) = (busy_nanos()?, Instant::now());
    runtime.block_on(tokio::task::LocalSet::new().run_until(wait(Duration::from_secs(10))));
    let share = (busy_nanos()? - before) as f64 / began.elapsed().as_nanos() as f64;
    println!("{PORTS} ports gone: {:.3} % of a core together", 100.0 * share);
    Ok(())
}

async fn wait(time: Duration) {
    for number in 0..PORTS {
        let wanted = Wanted::named(format!("/dev/no-such-port{number}"));
        let mut port = LivePort::new(wanted, 19_200, Sysfs::default());
        tokio::task::spawn_local(async move { drop(port.open(|_| ()).await) });
    }
    tokio::time::sleep(time).await;
}

/// Nanoseconds this thread, the only one, has run.
fn busy_nanos() -> Result<u64, Box<dyn std::error::Error>> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(stat.split(' ').next().unwrap_or_default().parse()?)
}
