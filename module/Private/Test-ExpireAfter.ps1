function Test-ExpireAfter {
    # The number 7 becomes 7 ticks of 100 ns: whoever meant days must not lose the snapshot at once.
    param([timespan]$Value)
    if ($Value.TotalMinutes -ge 1 -and $Value.TotalDays -le 3650) { return $true }
    throw "-ExpireAfter must be a time span from one minute to 3650 days, for example 7.00:00 for seven days or 0:30 for 30 minutes; a plain number counts ticks of 100 ns. It was $Value."
}
