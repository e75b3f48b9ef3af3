//! Differences as findings.

use api_routes_routing::RouteKey;

use crate::agreement::manifest::MANIFEST;
use crate::agreement::rule::Rule;
use crate::agreement::{Decisions, Drift, Finding, RenamedInDocument, StrayEvent, StrayRoute, Survey};
use crate::template::{NamedBy, SourcePosition, TemplateFunction};
use crate::tool::command;
use crate::workspace::ProfileSetting;

impl Survey {
    pub(super) fn of_drifts(&self, drifts: &[Drift]) -> Vec<Finding> {
        let mut findings = Vec::new();
        if self.template_file.is_none()
            && drifts.iter().any(|drift| matches!(drift, Drift::Undeployed { .. }))
        {
            findings.push(self.in_template(
                Rule::NoTemplate,
                SourcePosition::START,
                "there is no template: no route is deployed",
            ));
        }
        if self.manifest.router.is_none()
            && drifts.iter().any(|drift| matches!(drift, Drift::Unrouted { .. }))
        {
            let message = "there is no `[workspace.metadata.lambda.watch.router]`: `cargo lambda watch` serves no route";
            findings.push(Finding::new(Rule::NoRouter, MANIFEST, SourcePosition::START, message));
        }
        findings.extend(drifts.iter().filter_map(|drift| self.of_difference(drift)));
        findings.extend(self.of_profile(drifts));
        findings.extend(drifts.iter().filter_map(|drift| self.of_former_path(drift)));
        findings.extend(self.stray_events(drifts).iter().map(|stray| self.of_stray_event(stray)));
        findings.extend(self.stray_routes(drifts).iter().map(|stray| self.of_stray_route(stray)));
        findings
    }

    /// Finds differences between the profile of deployed functions and what runs here.
    fn of_profile(&self, drifts: &[Drift]) -> Vec<Finding> {
        let place = self.manifest.profile_place;
        let (panic, others): (Vec<&ProfileSetting>, Vec<_>) = drifts
            .iter()
            .filter_map(|drift| if let Drift::OpenProfile(setting) = drift { Some(setting) } else { None })
            .partition(|setting| setting.key == "panic");
        let mut findings = Vec::new();
        if !panic.is_empty() {
            let message = "`[profile.release]` does not say `panic`, and cargo-lambda builds with `abort` then: a panic \
                           that is a 500 here ends the process there";
            findings.push(Finding::new(Rule::PanicAbort, MANIFEST, place, message));
        }
        if self.manifest.profile.aborts {
            let message = "`[profile.release]` says `panic = \"abort\"`: a panic that is a 500 here ends the process there";
            let finding = Finding::new(Rule::PanicAbort, MANIFEST, place, message);
            findings.push(finding.with_help("write `panic = \"unwind\"`"));
        }
        if !others.is_empty() {
            let keys: Vec<_> = others.iter().map(|setting| format!("`{}`", setting.key)).collect();
            let message = format!(
                "`[profile.release]` does not say {}: deployed files are larger than they need to be",
                keys.join(", ")
            );
            findings.push(Finding::new(Rule::ReleaseProfile, MANIFEST, place, message));
        }
        findings
    }

    /// Finds a path of a renamed folder that `sync` can update.
    fn of_former_path(&self, drift: &Drift) -> Option<Finding> {
        let sync = command("sync");
        let (finding, help) = match drift {
            Drift::Moved { logical_id, event, from, to, .. } => (
                self.stray_event(logical_id, event, from, self.event_place(logical_id, event)),
                format!("run `{sync}`, which writes `{to}` instead"),
            ),
            Drift::Superseded { logical_id, event, path } => (
                self.stray_event(logical_id, event, path, self.event_place(logical_id, event)),
                format!("run `{sync}`, which removes it"),
            ),
            Drift::MovedRoute { from, to, found: binary, .. } => {
                let finding = stray_route(from, binary, self.line_place(from));
                (finding, format!("run `{sync}`, which writes `{to}` instead"))
            }
            Drift::SupersededRoute { path, binary } => {
                let finding = stray_route(path, binary, self.line_place(path));
                (finding, format!("run `{sync}`, which removes it"))
            }
            _ => return None,
        };
        Some(finding.with_help(help))
    }

    fn of_stray_event(&self, stray: &StrayEvent) -> Finding {
        let StrayEvent { logical_id, event, path, place } = stray;
        let help = format!("remove the event, or {}", self.keep(path));
        self.stray_event(logical_id, event, path, *place).with_help(help)
    }

    fn stray_event(&self, logical_id: &str, event: &str, path: &str, place: SourcePosition) -> Finding {
        let message = format!("`{event}` of `{logical_id}` answers at `{path}`, which no folder has");
        self.in_template(Rule::StrayEvent, place, message)
    }

    fn of_stray_route(&self, stray: &StrayRoute) -> Finding {
        let StrayRoute { path, key_path, binary, place } = stray;
        let help = format!("remove the line, or {}", self.keep(key_path));
        stray_route(path, binary, *place).with_help(help)
    }

    /// Returns the instruction for keeping a path.
    fn keep(&self, path: &str) -> String {
        format!(
            "write `{}` below `[workspace.metadata.api-routes]` in `Cargo.toml` if it is intended",
            self.exceptions.with_path(path)
        )
    }

    /// Returns `None` for a difference that is reported once for all routes.
    fn of_difference(&self, drift: &Drift) -> Option<Finding> {
        Some(match drift {
            Drift::Unlisted { folder } => {
                let message =
                    format!("`{folder}` is not a member of the workspace: it is neither built nor served");
                Finding::new(Rule::UnlistedPackage, MANIFEST, self.manifest.members, message)
            }
            Drift::Undeployed { binary, pattern } => {
                self.template_file?;
                let place =
                    self.examined.template.as_ref().map_or(SourcePosition::START, |template| template.place);
                let message = format!("`{pattern}` is not deployed: no function has `Binary: {binary}`");
                self.in_template(Rule::MissingFunction, place, message)
            }
            Drift::MissingKeys { logical_id, pattern, keys } => {
                let message = format!(
                    "`{logical_id}` has no event for {}, as its folder `{pattern}` says",
                    listing(keys)
                );
                self.in_template(Rule::MissingRouteKey, self.function_place(logical_id), message)
            }
            Drift::Moved { logical_id, pattern, to, .. } => {
                let message =
                    format!("`{logical_id}` has no event for `ANY {to}`, as its folder `{pattern}` says");
                self.in_template(Rule::MissingRouteKey, self.function_place(logical_id), message)
            }
            Drift::MovedRoute { to, binary, .. } => {
                let place = self.manifest.router.as_ref()?.place;
                let message = format!("the router has no line `\"{to}\" = \"{binary}\"`");
                Finding::new(Rule::MissingRouterLine, MANIFEST, place, message)
            }
            Drift::Renamed { logical_id, event, from, to } => {
                let message = format!(
                    "`{event}` of `{logical_id}` has the path `{from}`, where the folder says `{to}`"
                );
                let place = self.event_place(logical_id, event);
                self.in_template(Rule::RenamedVariable, place, message)
            }
            Drift::MovedCode { logical_id, from, .. } => {
                let message =
                    format!("`{logical_id}` has the `CodeUri` `{from}`, where no package is any more");
                self.in_template(Rule::StaleCodeUri, self.function_place(logical_id), message)
            }
            Drift::Stale { logical_id, binary } => {
                let finding = self.of_stale(logical_id, binary);
                match self.help_with_rename(logical_id) {
                    Some(help) => finding.with_help(help),
                    None => finding,
                }
            }
            Drift::Misnamed { logical_id, pattern, binary, found } => {
                let names_it = self.function(logical_id).is_some_and(|it| it.named_by == NamedBy::Binary);
                let edit = if names_it { format!("write `Binary: {binary}`, or ") } else { String::new() };
                self.of_stale(logical_id, found).with_help(format!(
                    "{edit}run `{}`: that is `{pattern}`, where its events lead",
                    command("sync")
                ))
            }
            // A single finding names all open settings.
            Drift::OpenProfile(_) | Drift::Superseded { .. } | Drift::SupersededRoute { .. } => return None,
            Drift::Unrouted { path, binary } => {
                let place = self.manifest.router.as_ref()?.place;
                let message = format!("the router has no line `\"{path}\" = \"{binary}\"`");
                Finding::new(Rule::MissingRouterLine, MANIFEST, place, message)
            }
            Drift::Misrouted { path, binary, found } => {
                let message =
                    format!("`{path}` leads to `{found}`, and its folder is the package of `{binary}`");
                Finding::new(Rule::WrongRouterLine, MANIFEST, self.line_place(path), message)
            }
            Drift::StaleRoute { path, binary } => {
                let message =
                    format!("`{path}` leads to `{binary}`, which no package of the workspace builds");
                Finding::new(Rule::StaleRouterLine, MANIFEST, self.line_place(path), message)
            }
        })
    }

    fn of_stale(&self, logical_id: &str, binary: &str) -> Finding {
        let message = if self.function(logical_id).is_some_and(|function| function.code.binary().is_none()) {
            format!("`{logical_id}` has the `CodeUri` `{binary}`, and that folder is gone")
        } else {
            format!("`{logical_id}` is the binary `{binary}`, which no package of the workspace builds")
        };
        self.in_template(Rule::StaleFunction, self.function_place(logical_id), message)
    }

    /// Returns the next step for a function without a folder, if there are routes without a function.
    fn help_with_rename(&self, logical_id: &str) -> Option<String> {
        let possible = self.possible_renames(&Decisions::default());
        let of_function: Vec<_> = possible.iter().filter(|it| it.function.logical_id == logical_id).collect();
        let removed = command(&format!("sync --removed {logical_id}"));
        match of_function[..] {
            [] => None,
            [rename] => Some(format!(
                "run `{}` if it is `{}` now, or `{removed}` if it is gone",
                command(&format!("sync {}", rename.argument())),
                rename.route.folder
            )),
            _ => Some(format!(
                "run `{}`, which asks what it is now, or `{removed}` if it is gone",
                command("sync")
            )),
        }
    }

    fn function(&self, logical_id: &str) -> Option<&TemplateFunction> {
        let mut functions = self.examined.template.as_ref()?.all_functions();
        functions.find(|function| function.logical_id == logical_id)
    }

    fn function_place(&self, logical_id: &str) -> SourcePosition {
        self.function(logical_id).map_or(SourcePosition::START, |function| function.place)
    }

    /// Finds differences in OpenAPI documents, which `sync` does not edit.
    pub(super) fn of_documents(&self) -> Vec<Finding> {
        let finding = |RenamedInDocument { logical_id, place, from, to }| {
            let message =
                format!("the document leads `{from}` to `{logical_id}`, where the folder says `{to}`");
            let help = format!("write `{to}` in the document");
            self.in_template(Rule::RenamedVariable, place, message).with_help(help)
        };
        self.renamed_in_documents().into_iter().map(finding).collect()
    }

    fn event_place(&self, logical_id: &str, name: &str) -> SourcePosition {
        let events = self.function(logical_id).map(|function| &function.events[..]).unwrap_or_default();
        events.iter().find(|event| event.name == name).map_or(SourcePosition::START, |event| event.place)
    }

    fn line_place(&self, path: &str) -> SourcePosition {
        let lines = self.manifest.router.as_ref().map(|router| &router.lines[..]).unwrap_or_default();
        lines.iter().find(|line| line.path == path).map_or(SourcePosition::START, |line| line.place)
    }
}

fn stray_route(path: &str, binary: &str, place: SourcePosition) -> Finding {
    let message = format!("`{path}` leads to `{binary}`, and no folder has this path");
    Finding::new(Rule::StrayRouterLine, MANIFEST, place, message)
}

fn listing(keys: &[RouteKey]) -> String {
    keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(" and ")
}
