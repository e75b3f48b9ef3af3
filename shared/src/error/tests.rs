use super::{ApiError, OrStatus};

#[test]
fn any_error_is_a_hidden_500_with_its_causes_in_the_log() {
    let error = ApiError::from("x".parse::<u8>().unwrap_err());
    assert_eq!(error.cause().unwrap(), "invalid digit found in string");
    assert_eq!((error.status().as_u16(), error.message()), (500, "Internal Server Error"));
}

#[test]
fn a_reason_has_the_words_of_its_author() {
    let failure = || "x".parse::<u8>().unwrap_err();
    for (error, reason) in [
        (ApiError::from(failure()), "invalid digit found in string"),
        (ApiError::new(500, "`PORT` is no number"), "`PORT` is no number"),
        (
            ApiError::new(500, "`PORT` is no number").caused_by(failure()),
            "`PORT` is no number: invalid digit found in string",
        ),
    ] {
        assert_eq!(error.reason(), reason);
    }
}

#[test]
fn a_status_that_does_not_exist_is_a_hidden_500() {
    let error = ApiError::new(99, "never sent");
    assert_eq!((error.status().as_u16(), error.message()), (500, "Internal Server Error"));
}

#[test]
fn a_failure_takes_a_status_and_keeps_its_cause() {
    let error = "x".parse::<u8>().or_status(400, "Not a number").unwrap_err();
    assert_eq!(error.to_string(), "400 Not a number: invalid digit found in string");
    assert_eq!(None::<u8>.or_status(404, "None").unwrap_err().to_string(), "404 None");
}
