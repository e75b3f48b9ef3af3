//! The macros for the levels. They are exported under private names, and re-exported in `log`.

/// Writes a line of the level `TRACE`, for each step of the program. See [`log`](mod@crate::log).
#[macro_export]
#[doc(hidden)]
macro_rules! __log_trace {
    ($($line:tt)+) => { $crate::__log!(Trace, $($line)+) };
}

/// Writes a line of the level `DEBUG`, for details that help to find a mistake. See [`log`](mod@crate::log).
#[macro_export]
#[doc(hidden)]
macro_rules! __log_debug {
    ($($line:tt)+) => { $crate::__log!(Debug, $($line)+) };
}

/// Writes a line of the level `INFO`, for an event in normal operation. See [`log`](mod@crate::log).
#[macro_export]
#[doc(hidden)]
macro_rules! __log_info {
    ($($line:tt)+) => { $crate::__log!(Info, $($line)+) };
}

/// Writes a line of the level `WARN`, for a problem that may become an error. See [`log`](mod@crate::log).
#[macro_export]
#[doc(hidden)]
macro_rules! __log_warn {
    ($($line:tt)+) => { $crate::__log!(Warn, $($line)+) };
}

/// Writes a line of the level `ERROR`, for a failure. See [`log`](mod@crate::log).
#[macro_export]
#[doc(hidden)]
macro_rules! __log_error {
    ($($line:tt)+) => { $crate::__log!(Error, $($line)+) };
}

/// Writes a line. If its level is not written, neither its fields nor its message are evaluated.
#[macro_export]
#[doc(hidden)]
macro_rules! __log {
    ($level:ident, $($line:tt)+) => {
        if $crate::log::enabled($crate::log::Level::$level) {
            $crate::__log_fields!($level, [] $($line)+);
        }
    };
}

/// Parses the fields one by one, then the message.
#[macro_export]
#[doc(hidden)]
macro_rules! __log_fields {
    ($level:ident, [$($fields:tt)*] $name:ident = %$value:expr, $($rest:tt)+) => {
        $crate::__log_fields!($level, [$($fields)* (stringify!($name), $crate::log::displayed(&$value)),] $($rest)+)
    };
    ($level:ident, [$($fields:tt)*] $name:ident = ?$value:expr, $($rest:tt)+) => {
        $crate::__log_fields!($level, [$($fields)* (stringify!($name), $crate::log::debugged(&$value)),] $($rest)+)
    };
    ($level:ident, [$($fields:tt)*] $name:ident = $value:expr, $($rest:tt)+) => {
        $crate::__log_fields!($level, [$($fields)* (stringify!($name), $crate::log::serialized(&$value)),] $($rest)+)
    };
    ($level:ident, [$($fields:tt)*] %$name:ident, $($rest:tt)+) => {
        $crate::__log_fields!($level, [$($fields)*] $name = %$name, $($rest)+)
    };
    ($level:ident, [$($fields:tt)*] ?$name:ident, $($rest:tt)+) => {
        $crate::__log_fields!($level, [$($fields)*] $name = ?$name, $($rest)+)
    };
    ($level:ident, [$($fields:tt)*] $name:ident, $($rest:tt)+) => {
        $crate::__log_fields!($level, [$($fields)*] $name = $name, $($rest)+)
    };
    ($level:ident, [$($fields:tt)*] $($message:tt)+) => {
        $crate::log::write($crate::log::Level::$level, &[$($fields)*], format_args!($($message)+))
    };
}
