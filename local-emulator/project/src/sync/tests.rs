//! Properties that hold for every project.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::fixture::{mend_answered, texts};
use super::{MendedTexts, Options, Texts, UnmendedDifference};
use crate::agreement::fixture::{package, project};
use crate::agreement::{Drift, Manifest, PossibleRename, Survey};
use crate::template::Template;

mod template;

use template::{FORMER, Written};

/// A literal segment, a variable, or `index`.
fn segment() -> impl Strategy<Value = String> {
    prop_oneof![5 => "[ab]{1,2}", 2 => "\\[[cd]\\]", 1 => Just("index".to_owned())]
}

/// A folder such as `api/a/[c]/[...d]`. Some folders are not routes, or exclude each other.
fn folder() -> impl Strategy<Value = String> {
    let end = prop_oneof![4 => "[ab]{1,2}", 2 => "\\[[cd]\\]", 1 => Just("[...e]".to_owned()), 1 => Just("[[...e]]".to_owned())];
    let begin = prop_oneof![8 => Just("api"), 1 => Just("web")];
    (begin, prop::collection::vec(segment(), 0..3), end)
        .prop_map(|(begin, middle, end)| [vec![begin.to_owned()], middle, vec![end]].concat().join("/"))
}

/// Cargo refuses packages of one name.
fn folders() -> impl Strategy<Value = Vec<String>> {
    prop::collection::btree_set(folder(), 0..8).prop_map(|folders| {
        let mut names = BTreeSet::new();
        folders.into_iter().filter(|folder| names.insert(package(folder))).collect()
    })
}

/// A manifest in which some of the folders are members already, and the router knows some of them.
fn manifest(folders: &[String]) -> impl Strategy<Value = String> + use<> {
    let members: Vec<_> =
        folders.iter().map(|folder| format!("functions/{folder}").replace('[', "[[]")).collect();
    let count = members.len();
    let listed = prop::sample::subsequence(members, 0..=count).prop_shuffle();
    let former = folders.iter().map(|folder| format!("\"{FORMER}/{0}\" = \"{0}\" # {0}\n", package(folder)));
    let former = prop::sample::subsequence(former.collect::<Vec<_>>(), 0..=count);
    let style = (any::<bool>(), any::<bool>(), prop::sample::select(vec!["\n", "\r\n"]), any::<bool>());
    (listed, former, style).prop_map(|(listed, former, (has_lines, has_router, newline, has_end))| {
        let listed = ["shared".to_owned()].into_iter().chain(listed);
        let listed: Vec<_> = listed.map(|member| format!("{member:?}")).collect();
        let list = if has_lines { format!("[\n  {}, # last\n]", listed.join(", # é\n  ")) } else { format!("[{}]", listed.join(", ")) };
        let router = "\n# routes\n[workspace.metadata.lambda.watch.router]\n\"/gone\" = \"gone-0\" # gone\n\n\"/x/y\" = 'worker'\n";
        let router = format!("{router}{}", former.concat());
        let text = format!("# é\n[workspace]\nmembers = {list} # all\nexclude = []\n{}", if has_router { &router } else { "" });
        let text = if has_end { text } else { text.trim_end().to_owned() };
        text.replace('\n', newline)
    })
}

/// Folders (with a `-` if they are not members), the manifest, the template, and the answers to questions whether a
/// function was renamed.
fn input() -> impl Strategy<Value = (Vec<String>, String, Written, Vec<bool>)> {
    folders().prop_flat_map(|folders| {
        let (manifest, template) = (manifest(&folders), template::written(&folders));
        (Just(folders), manifest, template, prop::collection::vec(any::<bool>(), 0..4))
    })
}

fn named(folders: &[String], manifest: &str) -> Vec<String> {
    let is_member = |folder: &str| manifest.contains(&format!("functions/{folder}\"").replace('[', "[[]"));
    folders
        .iter()
        .map(|folder| if is_member(folder) { folder.clone() } else { format!("-{folder}") })
        .collect()
}

/// Returns the texts after a run. `renamed` has the answers to the questions whether a function was renamed.
fn mended(folders: &[String], before: &Texts, prune: bool, renamed: &[bool]) -> MendedTexts {
    let folders = named(folders, &before.manifest);
    let folders: Vec<_> = folders.iter().map(String::as_str).collect();
    let mut renamed = renamed.iter().copied();
    let answer = |_: &PossibleRename| renamed.next().unwrap_or_default();
    mend_answered(&project(&folders), before, Options { prune, ..Options::default() }, answer)
        .unwrap_or_else(|error| panic!("{error}\n{before:?}"))
}

fn drifts(folders: &[String], texts: &Texts) -> Vec<Drift> {
    let folders = named(folders, &texts.manifest);
    let folders: Vec<_> = folders.iter().map(String::as_str).collect();
    let template = texts.template.1.as_deref().map(|text| (texts.template.0, text));
    Survey::from_texts(&project(&folders), template, Manifest::parse(&texts.manifest).unwrap()).drifts()
}

fn template_of(mended: &MendedTexts) -> &str {
    mended.texts.template.1.as_deref().unwrap_or_default()
}

/// Checks that `others` has all of `lines`, in their order.
fn are_in<'a>(lines: impl Iterator<Item = &'a str>, others: &str) -> Result<(), String> {
    let mut others = others
        .trim_start_matches('\u{feff}')
        .split_inclusive('\n')
        .map(|line| line.trim_end_matches(['\r', '\n']));
    for line in lines {
        others.find(|other| *other == line).ok_or_else(|| format!("`{line}` is not there any more"))?;
    }
    Ok(())
}

fn ends_of_lines(text: &str) -> BTreeSet<bool> {
    text.split_inclusive('\n')
        .filter(|line| line.ends_with('\n'))
        .map(|line| line.ends_with("\r\n"))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_second_run_changes_nothing((folders, manifest, template, renamed) in input(), prune in any::<bool>()) {
        let before = texts(Some(&template.text), &manifest);
        let once = mended(&folders, &before, prune, &renamed);
        let twice = mended(&folders, &once.texts, prune, &[]);
        prop_assert_eq!(&twice.texts, &once.texts);
        prop_assert_eq!(twice.done, []);
        prop_assert_eq!(twice.left, once.left);
    }

    #[test]
    fn nothing_that_was_there_is_lost((folders, manifest, template, renamed) in input()) {
        let mended = mended(&folders, &texts(Some(&template.text), &manifest), false, &renamed);
        let new = template_of(&mended);
        prop_assert_eq!(are_in(template.lines(|_| true).filter(|line| !template::is_other(line)), new), Ok(()), "{}\n{}", &template.text, new);
        prop_assert!(ends_of_lines(new).len() < 2);
        prop_assert_eq!(new.ends_with('\n'), template.text.ends_with('\n'));
        prop_assert_eq!(new.starts_with('\u{feff}'), template.text.starts_with('\u{feff}'));
        let old: Vec<_> = manifest.split_inclusive('\n').filter(|line| !line.starts_with("members") && !line.contains(FORMER) && !line.contains("/gone")).collect();
        let old = old.iter().map(|line| line.trim_end_matches(['\r', '\n']));
        prop_assert_eq!(are_in(old, &mended.texts.manifest), Ok(()));
        prop_assert!(ends_of_lines(&mended.texts.manifest).len() < 2);
    }

    #[test]
    fn after_a_run_nothing_differs((folders, manifest, template, renamed) in input()) {
        let pruned = mended(&folders, &texts(Some(&template.text), &manifest), true, &renamed);
        let needed = |drift: &Drift| pruned.left.iter().any(|left| match (left, drift) {
            (UnmendedDifference::Needed { logical_id: needed, .. }, Drift::Stale { logical_id, .. }) => needed == logical_id,
            _ => false,
        });
        let mut left = drifts(&folders, &pruned.texts);
        left.retain(|drift| !needed(drift));
        prop_assert_eq!(left, []);
        // The router may have a former path of a route, and the route's function may have another former path.
        let is_expected = |left: &UnmendedDifference| match left {
            UnmendedDifference::Needed { .. } => true,
            UnmendedDifference::Stray { path, .. } => path.starts_with(FORMER) && renamed.contains(&true),
            _ => false,
        };
        prop_assert!(pruned.left.iter().all(is_expected), "{:?}", pruned.left);
    }

    #[test]
    fn no_path_of_a_renamed_folder_stays((folders, manifest, template, renamed) in input()) {
        let mended = mended(&folders, &texts(Some(&template.text), &manifest), false, &renamed);
        let survey = Survey::from_texts(&project(&folders.iter().map(String::as_str).collect::<Vec<_>>()), None, Manifest::parse("").unwrap());
        if survey.packages.len() == folders.len() {
            prop_assert!(!template_of(&mended).contains(FORMER), "{}\n{}", template.text, template_of(&mended));
            let is_clear = renamed.contains(&true) || !mended.texts.manifest.contains(FORMER);
            prop_assert!(is_clear, "{}\n{}", manifest, mended.texts.manifest);
        }
    }

    #[test]
    fn what_is_pruned_belongs_to_what_is_gone((folders, manifest, template, renamed) in input()) {
        let pruned = mended(&folders, &texts(Some(&template.text), &manifest), true, &renamed);
        let new = template_of(&pruned);
        // Blank lines next to a removed part may be removed too. All other lines stay.
        let kept = template.lines(|is_stale| !is_stale).filter(|line| !line.trim().is_empty() && !template::is_other(line));
        prop_assert_eq!(are_in(kept, new), Ok(()), "{}\n{}", &template.text, new);
        if pruned.left.is_empty() {
            prop_assert!(!new.contains("gone-"), "{}", new);
        }
    }

    #[test]
    fn the_emulator_reads_what_is_written((folders, manifest, template, renamed) in input()) {
        let mended = mended(&folders, &texts(Some(&template.text), &manifest), true, &renamed);
        let read = Template::parse(template_of(&mended), "template.yaml").unwrap();
        let folders = named(&folders, &manifest);
        let folders: Vec<_> = folders.iter().map(String::as_str).collect();
        let survey = Survey::from_texts(&project(&folders), None, Manifest::parse("").unwrap());
        for package in &survey.packages {
            let function = read.function(&package.binary).unwrap();
            let is_called = function.url.is_some() || package.pattern.route_keys().iter().all(|key| {
                let path = key.to_string().replace("ANY", "");
                function.events.iter().any(|event| event.route_key.ends_with(&path))
            });
            prop_assert!(is_called, "{:?}\n{}", package, template_of(&mended));
        }
    }

    #[test]
    fn no_template_makes_it_panic(text in "([A-Za-z:{}\\[\\]&*!|>'\",#\\-? \\n\\t~<]|Resources|: |\\n  ){0,60}") {
        for prune in [false, true] {
            let before = texts(Some(&text), "[workspace]\n");
            let options = Options { prune, ..Options::default() };
            if let Ok(mended) = mend_answered(&project(&["api/a", "-api/b"]), &before, options, |_| prune) {
                prop_assert!(Template::parse(template_of(&mended), "template.yaml").is_ok());
            }
        }
    }
}
