"""Tests of what the other checks rest upon: `python3 -m unittest deploy.tests`, in `.ci`."""

import unittest

from . import answers, artifact, project, tree


class Artifact(unittest.TestCase):
    def test_the_newest_glibc_is_found_by_number(self):
        self.assertEqual(artifact.newest("(GLIBC_2.9) memcpy\n(GLIBC_2.34) start\n(GLIBC_2.4) x"), (2, 34))
        self.assertGreater(artifact.newest("GLIBC_2.35"), artifact.AL2023_GLIBC)

    def test_a_file_without_symbols_of_glibc_proves_nothing(self):
        self.assertRaises(AssertionError, artifact.newest, "")

    def test_folders_of_the_machine_are_found_in_bytes(self):
        content = b"\0hyper-1.0/src/lib.rs\0/opt/cargo/registry/a.rs\xff/rustc/1/library/core.rs\0/home/ann/b.rs:/opt/other"
        self.assertEqual(artifact.leaks(content, ["/opt/cargo"]), ["/home/ann/b.rs:/opt/other", "/opt/cargo/registry/a.rs"])


class Project(unittest.TestCase):
    def test_each_function_of_the_template_gets_a_folder(self):
        text = (tree.ROOT / "template.yaml").read_text()
        self.assertEqual(sorted(project.CRATE.findall(text)), tree.functions())

    def test_each_function_has_requests(self):
        self.assertEqual(sorted(answers.CASES), tree.functions())
