use super::{function, warning};
use crate::template::{InitializationType, PackageType};

#[test]
fn snapshot_is_for_functions_in_a_container_image() {
    for (properties, package, initialization) in [
        ("", PackageType::Zip, InitializationType::OnDemand),
        ("SnapStart: {ApplyOn: None}", PackageType::Zip, InitializationType::OnDemand),
        ("PackageType: Image", PackageType::Image, InitializationType::OnDemand),
        (
            "PackageType: Image, SnapStart: {ApplyOn: PublishedVersions}",
            PackageType::Image,
            InitializationType::SnapStart,
        ),
    ] {
        let function = function("", properties);
        assert_eq!((function.package, function.initialization), (package, initialization), "{properties}");
    }
    let refused = "AWS does not support `SnapStart` for a .zip file on an OS-only runtime: here the function starts \
                   without it";
    assert_eq!(warning("SnapStart: {ApplyOn: PublishedVersions}", ""), refused);
    assert_eq!(warning("", "SnapStart: {ApplyOn: PublishedVersions}"), refused);
}
