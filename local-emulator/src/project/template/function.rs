//! One `AWS::Serverless::Function`.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::TemplateFunction;
use super::node::Node;
use super::reader::Reader;
use super::{events, variables};

/// A number that SAM takes from the function, else from `Globals`, else from Lambda's default.
/// Bounds: <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>.
struct Setting {
    name: &'static str,
    unit: &'static str,
    bounds: RangeInclusive<u32>,
    default: u32,
}

const TIMEOUT: Setting = Setting {
    name: "Timeout",
    unit: "seconds",
    bounds: 1..=900,
    default: TemplateFunction::DEFAULT_TIMEOUT_SECONDS,
};

const MEMORY: Setting = Setting {
    name: "MemorySize",
    unit: "MB",
    bounds: 128..=10_240,
    default: TemplateFunction::DEFAULT_MEMORY_MB,
};

/// `None` for any other resource, and for a function whose code is no binary of this workspace.
pub(super) fn read(
    key: Node<'_>,
    resource: Node<'_>,
    globals: Option<Node<'_>>,
    reader: &mut Reader,
) -> Option<TemplateFunction> {
    let logical_id = key.text()?;
    let binary = binary(resource)?;
    let properties = resource.get("Properties");
    let levels = [properties, globals];
    let function_name = properties.and_then(|properties| properties.get("FunctionName"));
    Some(TemplateFunction {
        name: function_name.and_then(Node::text).unwrap_or_else(|| logical_id.clone()),
        timeout: Duration::from_secs(TIMEOUT.read(levels, reader).into()),
        memory_mb: MEMORY.read(levels, reader),
        variables: variables::read(key, levels, reader),
        route_keys: events::route_keys(properties, reader),
        logical_id,
        binary,
    })
}

fn binary(resource: Node<'_>) -> Option<String> {
    let is_function = resource.get("Type")?.text()? == "AWS::Serverless::Function";
    let build = resource.get("Metadata")?.get("BuildProperties")?;
    build.get("Binary").filter(|_| is_function)?.text()
}

impl Setting {
    fn read(&self, levels: [Option<Node<'_>>; 2], reader: &mut Reader) -> u32 {
        let node = levels.into_iter().flatten().find_map(|level| level.get(self.name));
        node.and_then(|node| self.value(node, reader)).unwrap_or(self.default)
    }

    fn value(&self, node: Node<'_>, reader: &mut Reader) -> Option<u32> {
        if let Some(intrinsic) = node.intrinsic() {
            reader.warning(node, self.unknown(&intrinsic));
            return None;
        }
        let value = node.text().and_then(|text| text.parse().ok()).filter(|n| self.bounds.contains(n));
        if value.is_none() {
            reader.error(node, self.out_of_bounds());
        }
        value
    }

    fn unknown(&self, intrinsic: &str) -> String {
        let Self { name, unit, default, .. } = self;
        format!("`{name}` is `{intrinsic}`, which only AWS can tell: the emulator takes {default} {unit}")
    }

    fn out_of_bounds(&self) -> String {
        let (least, most) = (self.bounds.start(), self.bounds.end());
        format!("`{}` must be a whole number of {} from {least} to {most}", self.name, self.unit)
    }
}
