//! Points in time, in the formats of AWS.

use std::fmt;
use std::time::Duration;

use time::{OffsetDateTime, UtcDateTime, UtcOffset};

/// A point in time, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Timestamp(UtcDateTime);

impl Timestamp {
    pub(crate) fn now() -> Self {
        Self(UtcDateTime::now())
    }

    /// Creates a timestamp from seconds since 1970; `None` beyond the year 9999.
    pub(crate) fn from_seconds(seconds: i64) -> Option<Self> {
        UtcDateTime::from_unix_timestamp(seconds).ok().map(Self)
    }

    /// Creates a timestamp from milliseconds since 1970.
    #[cfg(test)]
    pub(crate) fn from_milliseconds(milliseconds: i64) -> Self {
        Self(UtcDateTime::from_unix_timestamp_nanos(i128::from(milliseconds) * 1_000_000).unwrap())
    }

    /// Returns the point in time that is `duration` later.
    pub(crate) fn after(self, duration: Duration) -> Self {
        Self(self.0 + duration)
    }

    /// Returns the same point in time in another time zone.
    pub(crate) fn to_offset(self, offset: UtcOffset) -> OffsetDateTime {
        self.0.to_offset(offset)
    }

    /// Returns the milliseconds since 1970.
    pub(crate) fn milliseconds(self) -> i64 {
        self.seconds() * 1000 + i64::from(self.0.millisecond())
    }

    /// Returns the seconds since 1970.
    pub(crate) fn seconds(self) -> i64 {
        self.0.unix_timestamp()
    }

    /// Returns `09/Apr/2015:12:34:56 +0000`, the format in the context of an event.
    pub(crate) fn common_log(self) -> String {
        let Self(time) = self;
        let month = time.month().to_string();
        let (hour, minute, second) = time.time().as_hms();
        let (day, month, year) = (time.day(), month.get(..3).unwrap_or_default(), time.year());
        format!("{day:02}/{month}/{year:04}:{hour:02}:{minute:02}:{second:02} +0000")
    }

    /// Returns `Sun Dec 17 07:28:12 UTC 2017`, the format of a Java `Date`.
    pub(crate) fn java_date(self) -> String {
        let Self(time) = self;
        let [weekday, month] = [time.weekday().to_string(), time.month().to_string()];
        let [weekday, month] = [&weekday, &month].map(|name| name.get(..3).unwrap_or_default());
        let (hour, minute, second) = time.time().as_hms();
        let (day, year) = (time.day(), time.year());
        format!("{weekday} {month} {day:02} {hour:02}:{minute:02}:{second:02} UTC {year:04}")
    }

    /// Returns `2026/11/23`, the format in the name of a log stream.
    pub(crate) fn date_path(self) -> String {
        let (year, month, day) = (self.0.year(), u8::from(self.0.month()), self.0.day());
        format!("{year:04}/{month:02}/{day:02}")
    }
}

/// Writes `2026-11-23T12:34:56.789Z`, the format of log lines.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(time) = self;
        let (hour, minute, second, millisecond) = time.time().as_hms_milli();
        let (year, month, day) = (time.year(), u8::from(time.month()), time.day());
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Timestamp;

    #[test]
    fn time_has_the_forms_of_aws() {
        let time = Timestamp::from_milliseconds(1_428_582_896_007);
        assert_eq!(time.common_log(), "09/Apr/2015:12:34:56 +0000");
        assert_eq!(time.java_date(), "Thu Apr 09 12:34:56 UTC 2015");
        assert_eq!(time.date_path(), "2015/04/09");
        assert_eq!(time.to_string(), "2015-04-09T12:34:56.007Z");
        assert_eq!(time.after(Duration::from_millis(993)).to_string(), "2015-04-09T12:34:57.000Z");
        assert_eq!((time.milliseconds(), time.seconds()), (1_428_582_896_007, 1_428_582_896));
    }
}
