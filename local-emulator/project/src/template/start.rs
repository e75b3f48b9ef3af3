//! The package of a function, and the start of its sandboxes.

use super::complaint::Fault;
use super::reader::Reader;
use super::resource::Resource;

/// `PackageType`: the form in which the code is deployed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PackageType {
    /// A .zip file.
    #[default]
    Zip,
    /// A container image.
    Image,
}

/// `AWS_LAMBDA_INITIALIZATION_TYPE`: the origin of a sandbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum InitializationType {
    /// The sandbox starts when an invocation needs it.
    #[default]
    OnDemand,
    /// The sandbox is restored from a snapshot, taken when the version was published.
    SnapStart,
}

impl InitializationType {
    /// Returns the value of the variable: `on-demand` or `snap-start`.
    pub fn name(self) -> &'static str {
        match self {
            Self::OnDemand => "on-demand",
            Self::SnapStart => "snap-start",
        }
    }
}

pub(super) fn package_type(resource: &Resource<'_>, reader: &mut Reader) -> PackageType {
    let types = [("Zip", PackageType::Zip), ("Image", PackageType::Image)];
    resource.property("PackageType").choice(&types, "`Zip`", reader).unwrap_or_default()
}

/// Reads `SnapStart`. Only functions in a container image can have it here: "OS-only runtimes are not supported", and
/// the base image of `provided.al2023` is supported.
/// <https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html#snapstart-runtimes>,
/// <https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-custom.html>
pub(super) fn initialization(
    resource: &Resource<'_>,
    package: PackageType,
    reader: &mut Reader,
) -> InitializationType {
    let choices =
        [("None", InitializationType::OnDemand), ("PublishedVersions", InitializationType::SnapStart)];
    let apply_on = resource.property("SnapStart").member("ApplyOn");
    let chosen = apply_on.choice(&choices, "`None`", reader).unwrap_or_default();
    if let (InitializationType::SnapStart, PackageType::Zip, Some(node)) = (chosen, package, apply_on.node())
    {
        let message = "AWS does not support `SnapStart` for a .zip file on an OS-only runtime: here the function starts \
                       without it"
            .to_owned();
        reader.caution(node.place(), Fault::SnapStart, message);
        return InitializationType::OnDemand;
    }
    chosen
}
