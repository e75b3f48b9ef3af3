"""Tests of the release steps: `python -m unittest distribution.tests`, in `.ci`, with PyYAML."""

import pathlib
import re
import tempfile
import tomllib
import unittest
from unittest import mock

import yaml

from deploy import tree

from . import release

WORKFLOW = yaml.safe_load((tree.ROOT / ".github/workflows/release.yml").read_text())
SMOKE = (tree.ROOT / ".ci/smoke-install").read_text()
RUN = (tree.ROOT / ".ci/run").read_text()
REPOSITORY = "https://example.com/owner/name"
# Steps that prepare a runner, and steps that only GitHub can run.
ELSEWHERE = [
    'rustup target add "$TARGET"',
    'python3 -m venv "$RUNNER_TEMP/tools"',
    'echo "$RUNNER_TEMP/tools/bin" >> "$GITHUB_PATH"',
    'gh release create "$GITHUB_REF_NAME" --verify-tag --title "$GITHUB_REF_NAME" --notes-file notes.md '
    "dist/*.tar.gz dist/*.sha256 dist/install.sh",
]


def commands():
    """Returns each line that the workflow runs."""
    steps = [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]
    return [line for step in steps for line in step.get("run", "").strip().splitlines()]


class Workflow(unittest.TestCase):
    def test_each_command_is_tried_here(self):
        # Tested below.
        tested = {
            '.ci/release check "$GITHUB_REF_NAME" "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY"': Release.problems,
            ".ci/release notes notes.md": Release.test_notes_are_one_section,
            '.ci/release installer "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/releases" dist':
                Release.test_the_installer_knows_where_it_comes_from,
        }
        smoked = {
            '.ci/release build "$TARGET" dist': 'step("build", target, FOLDER)',
            '.ci/release try "$TARGET" dist': 'step("try", "x86_64-unknown-linux-gnu", FOLDER)',
            f"cargo {' '.join(release.PUBLISH)}": "packages.cargo(*release.PUBLISH, ",
        }
        pip = "--require-hashes --requirement .ci/release-requirements.txt"
        installed = [f'"$RUNNER_TEMP/tools/bin/pip" install {pip}']
        self.assertEqual(sorted(commands()), sorted([*tested, *smoked, *installed, *ELSEWHERE]))
        for words in smoked.values():
            self.assertIn(words, SMOKE)
        self.assertIn(f" {pip}\n", RUN)

    def test_each_target_has_a_runner(self):
        targets = [row["target"] for row in WORKFLOW["jobs"]["build"]["strategy"]["matrix"]["include"]]
        self.assertEqual(sorted(targets), sorted(release.TARGETS))

    def test_a_job_that_can_publish_builds_nothing(self):
        for name, job in WORKFLOW["jobs"].items():
            if "id-token" in job.get("permissions", {}):
                lines = [line for step in job["steps"] for line in step.get("run", "").splitlines()]
                self.assertFalse([line for line in lines if "build" in line or "pip" in line], name)

    def test_each_action_is_pinned_by_its_hash(self):
        text = (tree.ROOT / ".github/workflows/release.yml").read_text()
        for use in re.findall(r"uses: (.*)", text):
            self.assertRegex(use, r"^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")

    def test_zig_is_the_one_that_functions_are_linked_with(self):
        (zig,) = re.findall(r"^ziglang==(\S+)", (tree.ROOT / ".ci/release-requirements.txt").read_text(), re.MULTILINE)
        self.assertIn(f"\nziglang=={zig}\n", (tree.ROOT / ".ci/requirements.txt").read_text())


class Packages(unittest.TestCase):
    def test_five_can_be_published(self):
        names = sorted(package["name"] for package in release.publishable())
        self.assertEqual(names, ["api-routes", "api-routes-project", "api-routes-routing", "cargo-api-routes",
                                 "local-emulator"])

    def test_each_has_what_the_registry_shows(self):
        for package in release.publishable():
            folder = pathlib.Path(package["manifest_path"]).parent
            self.assertTrue(package["description"] and package["license"], package["name"])
            self.assertIn(len(package["keywords"]), range(1, 6), package["name"])
            self.assertTrue(package["categories"], package["name"])
            for document in release.DOCUMENTS:
                self.assertTrue((folder / document).read_text(), f"{folder}: {document}")

    def test_they_take_each_other_in_the_version_of_all(self):
        manifest = tomllib.loads((tree.ROOT / "Cargo.toml").read_text())["workspace"]
        dependencies = manifest["dependencies"]
        for package in release.publishable():
            self.assertEqual(dependencies[package["name"]]["version"], release.version(), package["name"])
        self.assertEqual(manifest["package"]["version"], release.version())


class Binstall(unittest.TestCase):
    def test_it_downloads_the_archives(self):
        (package,) = [package for package in release.publishable() if package["name"] == release.PROGRAM]
        metadata = package["metadata"]["binstall"]
        self.assertEqual(metadata["pkg-fmt"], "tgz")
        for target in release.TARGETS:
            values = {"repo": REPOSITORY, "name": package["name"], "version": package["version"], "target": target,
                      "bin": release.PROGRAM, "binary-ext": ""}
            url, program = (re.sub(r"\{ (\S+) \}", lambda found: values[found[1]], metadata[key])
                            for key in ["pkg-url", "bin-dir"])
            self.assertEqual(url, f"{REPOSITORY}/releases/download/v{release.version()}/{release.archive(target)}")
            self.assertEqual(program, release.members(target)[0])


class Release(unittest.TestCase):
    def problems(self, tag=f"v{release.version()}", changelog=f"# Changelog\n\n## {release.version()}\n\nAll.\n"):
        packages = [{**package, "repository": REPOSITORY} for package in release.publishable()]
        with mock.patch.object(release, "publishable", lambda: packages), \
                mock.patch.object(release, "changelog", lambda: changelog):
            return release.problems(tag, REPOSITORY)

    def test_a_tree_that_is_ready(self):
        self.assertEqual(self.problems(), [])

    def test_a_tag_of_another_version(self):
        self.assertEqual(self.problems("v9.9.9"),
                         [f"the tag is v9.9.9, and the version of Cargo.toml is {release.version()}"])

    def test_a_changelog_without_the_version(self):
        self.assertEqual(self.problems(changelog="# Changelog\n\n## Unreleased\n\nSome.\n"),
                         [f"CHANGELOG.md has no section `## {release.version()}`"])

    def test_a_changelog_without_the_date(self):
        heading = f"## {release.version()} (unreleased)"
        self.assertEqual(self.problems(changelog=f"# Changelog\n\n{heading}\n\nAll.\n"),
                         [f"CHANGELOG.md says that {release.version()} is unreleased: put the date into the heading"])

    def test_another_repository(self):
        packages = [{**package, "repository": ""} for package in release.publishable()]
        with mock.patch.object(release, "publishable", lambda: packages):
            found = release.problems("v0", REPOSITORY)
        self.assertEqual(len([problem for problem in found if "fill in `repository` of Cargo.toml" in problem]), 5)

    def test_notes_are_one_section(self):
        text = (f"# Changelog\n\n## Unreleased\n\nLater.\n\n## [{release.version()}] - 2026-01-01\n\n### Added\n\n- One.\n\n"
                "## 0.0.1\n\n- None.\n")
        with mock.patch.object(release, "changelog", lambda: text):
            self.assertEqual(release.notes(), "### Added\n\n- One.\n")

    def test_the_installer_knows_where_it_comes_from(self):
        with tempfile.TemporaryDirectory() as folder:
            release.installer(f"{REPOSITORY}/releases", pathlib.Path(folder))
            text = (pathlib.Path(folder) / "install.sh").read_text()
        self.assertIn(f"\nreleases='{REPOSITORY}/releases'\nversion='{release.version()}'\n", text)
