# What a crew reads, often on a phone: what will happen to the sign, by when, and what to do.
# Prometheus fills in { $site }, { $battery } and { $percent }.
battery-low-name = battery low
battery-low-summary = { $site }, { $battery }: battery low, { $percent }%
battery-low-description = The battery is at { $percent }%. Without charge the sign will go dark in two or three nights, sooner in deep cold.
battery-low-action = By tomorrow: clear and clean the solar panel, check the fuse and the cables. If charging does not resume, charge or swap the battery before the second night.

device-silent-name = no news
device-silent-summary = { $site }, { $battery }: no news of the battery
device-silent-description = The device that measures the battery no longer answers. Nobody is watching this sign. If it runs short of power it may go dark tonight without further notice.
device-silent-action = Today: check that the sign is lit. Check the serial cable, the device's fuse and the modem. Note the battery's voltage on site.

not-charging-name = no charge
not-charging-summary = { $site }, { $battery }: no charge for a day
not-charging-description = In 24 hours the sun gave back only { $percent }% of the battery. Without charge the sign will go dark: in two or three nights if the battery is low, in less than a week if it is full.
not-charging-action = Within two days: clear the snow off the solar panel. Then check the fuse, the cables and the charge controller.

estimate-disagrees-name = displayed level doubtful
estimate-disagrees-summary = { $site }, { $battery }: displayed level doubtful, { $percent } points apart
estimate-disagrees-description = The device and our calculation give two states of charge, { $percent } points apart. If the device is wrong, the sign may go dark in the coming nights with a battery shown as full.
estimate-disagrees-action = Do not trust the display. This week: measure the voltage on site, charge the battery fully, then set the device to 100%.

# The mail and the message.
alert-mail-firing = ALERT
alert-mail-resolved = ALERT OVER
alert-mail-at = since
alert-mail-ended = over at
alert-mail-action = To do
alert-mail-over = Nothing to do: this alert is over.
