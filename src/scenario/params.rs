//! The plant as the simulator takes it.

use hil::DeviceKind;
use sim::{
    BatteryParams, ControllerParams, Conversion, Effects, Equalise, Layout, LoadParams, PanelParams, Place,
    SensorParams, SiteParams,
};

use super::plant::{Chemistry, Plant};

/// The site of a plant that this device reports from `start` on.
pub(super) fn site_params(plant: &Plant, start: jiff::Timestamp, device: DeviceKind) -> SiteParams {
    SiteParams {
        battery: battery_params(plant),
        panel: PanelParams::twelve_volt(plant.panel_watts, plant.panel_tilt_degrees)
            .weathered(plant.panel_weathering),
        controller: controller_params(plant),
        load: load_params(plant),
        place: place(&plant.place),
        start_unix_secs: start.as_second(),
        initial_soc: plant.initial_soc,
        sensors: sensors(device),
        dull: plant
            .dull
            .iter()
            .map(|spell| (spell.from_day, spell.until_day, spell.clearness_ratio))
            .collect(),
    }
}

fn battery_params(plant: &Plant) -> BatteryParams {
    let mut params = match plant.chemistry {
        Chemistry::Agm => BatteryParams::agm_12v(plant.capacity),
        Chemistry::Flooded => BatteryParams::flooded_12v(plant.capacity),
        Chemistry::Gel => BatteryParams::gel_12v(plant.capacity),
        Chemistry::LiFePo4 => BatteryParams::lifepo4_4s(plant.capacity),
    };
    params.present_capacity_ratio = plant.present_capacity_ratio;
    params.resistance_ratio = plant.resistance_ratio;
    params.layout = Layout {
        series: plant.layout.series_units,
        parallel: plant.layout.parallel_strings,
        capacity_spread_ratio: plant.layout.capacity_spread_ratio,
        resistance_spread_ratio: plant.layout.resistance_spread_ratio,
    };
    params.effects = Effects {
        freezing: plant.slow.freezing,
        stratification: plant.slow.stratification,
        sulfation: plant.slow.sulfation,
        ageing: plant.slow.ageing,
    };
    params
}

fn load_params(plant: &Plant) -> LoadParams {
    let usual = LoadParams::of(plant.load_kind).scaled(plant.load_scale_ratio);
    plant.mast_raised.map_or(usual, |at| usual.raised_at(at.as_secs()))
}

/// What is usual for the battery, and over it what the file says.
fn controller_params(plant: &Plant) -> ControllerParams {
    let chemistry = battery_params(plant).chemistry;
    let given = &plant.controller;
    let usual = match given.conversion {
        Conversion::Pwm => ControllerParams::pwm_for(chemistry),
        Conversion::Mppt => ControllerParams::mppt_for(chemistry),
    };
    let secs = |minutes: Option<f64>| minutes.map(|minutes| minutes * 60.0);
    ControllerParams {
        conversion: given.conversion,
        absorption_volts: given.absorption_volts.unwrap_or(usual.absorption_volts),
        float_volts: given.float_volts.unwrap_or(usual.float_volts),
        absorption_secs: secs(given.absorption_minutes).unwrap_or(usual.absorption_secs),
        tail_amps: given.tail_current_amps.or(usual.tail_amps),
        equalise: equalise(plant, &usual),
        compensation_volts_per_kelvin: given
            .compensation_volts_per_kelvin
            .unwrap_or(usual.compensation_volts_per_kelvin),
        sensor_offset_kelvin: given.sensor_offset_kelvin.unwrap_or(usual.sensor_offset_kelvin),
        ceiling_volts: given.ceiling_volts.unwrap_or(usual.ceiling_volts),
        disconnect_volts: given.disconnect_volts.unwrap_or(usual.disconnect_volts),
        reconnect_volts: given.reconnect_volts.unwrap_or(usual.reconnect_volts),
        switch_secs: given.disconnect_delay_seconds.unwrap_or(usual.switch_secs),
        own_amps: given.own_current_amps.unwrap_or(usual.own_amps),
    }
}

/// A bank is equalised where that is usual, or where the file names a voltage for it.
fn equalise(plant: &Plant, usual: &ControllerParams) -> Option<Equalise> {
    let given = &plant.controller;
    let usual =
        usual.equalise.or(ControllerParams::flooded().equalise.filter(|_| given.equalise_volts.is_some()))?;
    Some(Equalise {
        volts: given.equalise_volts.unwrap_or(usual.volts),
        secs: given.equalise_minutes.map_or(usual.secs, |minutes| minutes * 60.0),
        every_days: given.equalise_every_days.unwrap_or(usual.every_days),
    })
}

fn place(name: &str) -> Place {
    match name {
        "quebec" => Place::quebec(),
        "saguenay" => Place::saguenay(),
        "sept-iles" => Place::sept_iles(),
        "val-dor" => Place::val_dor(),
        _ => Place::montreal(),
    }
}

/// The sensors this kind of device has.
const fn sensors(device: DeviceKind) -> SensorParams {
    match device {
        DeviceKind::VedirectBmv | DeviceKind::Junctek => SensorParams::shunt_monitor(),
        DeviceKind::VedirectMppt | DeviceKind::Epever | DeviceKind::Renogy => {
            SensorParams::charge_controller()
        }
        DeviceKind::RenogyBattery | DeviceKind::Jbd | DeviceKind::Daly | DeviceKind::Jk => {
            SensorParams::management_system()
        }
    }
}
