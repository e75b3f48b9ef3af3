//! Finds the modules that a handler imports.

use super::script::Script;
use super::to_do::{ToDoList, printable};

/// The modules of Node, which an import may also write as `node:fs`.
const NODE_MODULES: [&str; 28] = [
    "assert",
    "async_hooks",
    "buffer",
    "child_process",
    "cluster",
    "console",
    "crypto",
    "dns",
    "events",
    "fs",
    "http",
    "http2",
    "https",
    "net",
    "os",
    "path",
    "perf_hooks",
    "process",
    "querystring",
    "readline",
    "stream",
    "string_decoder",
    "timers",
    "tls",
    "url",
    "util",
    "worker_threads",
    "zlib",
];

/// Finds `import … from 'a'`, `import 'a'`, `export … from 'a'`, `require('a')` and `import('a')`. Imports of
/// types alone leave nothing to port.
pub(super) fn find(script: &Script<'_>, to_do: &mut ToDoList) {
    // The position of the statement that `from` belongs to.
    let mut statement = None;
    for at in script.positions() {
        if matches!(script.word(at), Some("import" | "export")) && !script.is_member(at) {
            statement = Some(at);
        }
        let Some(module) = module(script, at, statement) else { continue };
        statement = None;
        if let Some(text) = text(module) {
            to_do.add(script.line(at), text);
        }
    }
}

/// The module that a keyword names: `from 'a'`, `import 'a'`, `require('a')`, `import('a')`.
fn module<'a>(script: &Script<'a>, at: usize, statement: Option<usize>) -> Option<&'a str> {
    if script.is_member(at) {
        return None;
    }
    match script.word(at)? {
        "from" => script.string(at + 1).filter(|_| statement.is_some_and(|at| !is_of_types(script, at))),
        "import" => {
            let at = if script.is(at + 1, "(") { at + 2 } else { at + 1 };
            script.string(at)
        }
        "require" if script.is(at + 1, "(") => script.string(at + 2),
        _ => None,
    }
}

/// `import type { A } from 'a'`.
fn is_of_types(script: &Script<'_>, statement: usize) -> bool {
    script.is_word(statement + 1, "type") && !script.is_word(statement + 2, "from")
}

/// The item of the list; `None` for a module that a ported handler no longer needs.
fn text(module: &str) -> Option<String> {
    let shown = printable(module);
    let is_own = ["./", "../", "/", "@/", "~", "#"].iter().any(|start| module.starts_with(start));
    if is_own || matches!(module, "." | "..") {
        return Some(format!("imports `{shown}`: code of your own, which was not read; port it as well"));
    }
    let package = package(module);
    let node = module.strip_prefix("node:");
    if node.is_some() || NODE_MODULES.contains(&package) {
        return Some(format!(
            "imports `{}` of Node: use `std`, or a crate",
            printable(node.unwrap_or(module))
        ));
    }
    if package == "next" {
        // A ported handler has other types, and does not need `NextResponse`.
        let goes_away = matches!(module, "next" | "next/server");
        return (!goes_away).then(|| format!("imports `{shown}`: a part of Next.js, which is not here"));
    }
    let shown_package = printable(package);
    match counterpart(package) {
        Some(advice) => Some(format!("imports `{shown_package}`: {advice}")),
        None => Some(format!(
            "imports `{shown_package}`: no counterpart is known; find a crate, or call the service over HTTP"
        )),
    }
}

/// `@scope/name` or `name`, without the path inside of the package.
fn package(module: &str) -> &str {
    let slashes = if module.starts_with('@') { 2 } else { 1 };
    module.match_indices('/').nth(slashes - 1).map_or(module, |(end, _)| &module[..end])
}

/// Returns the counterpart of an npm package in a ported handler.
fn counterpart(package: &str) -> Option<&'static str> {
    match package {
        "cookie" | "cookies" | "cookies-next" | "nookies" => {
            Some("`req.cookies()`, and `res.cookie(…)` with a `Cookie` for attributes")
        }
        "cors" | "nextjs-cors" => Some("`.layer(CorsLayer::new()…)` of `tower-http` on the route"),
        "micro" | "raw-body" => Some("`req.bytes()` is the raw body"),
        "busboy" | "formidable" | "multer" => {
            Some("`req.multipart()`, with the feature `multipart` of `api-routes`")
        }
        "next-connect" => Some("`get(list).post(create)` for methods, `handler.wrap(…)` for middleware"),
        "ajv" | "joi" | "superstruct" | "valibot" | "yup" | "zod" => {
            Some("`req.body::<T>()` with a type of `serde` checks the body")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str) -> String {
        let mut to_do = ToDoList::new("a.ts".as_ref());
        find(&Script::new(source), &mut to_do);
        let items = to_do.finish().into_iter();
        items.map(|item| item.text.split('`').nth(1).unwrap().to_owned()).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn modules_are_found_in_each_spelling() {
        for (source, expected) in [
            ("import Stripe from 'stripe'", "stripe"),
            ("import { a,\n b as c } from \"@prisma/client\"", "@prisma/client"),
            ("import 'dotenv/config'", "dotenv"),
            ("import * as a from '@aws-sdk/client-s3/dist'", "@aws-sdk/client-s3"),
            ("export { default } from '../../lib/handler'", "../../lib/handler"),
            ("const a = require('jsonwebtoken')", "jsonwebtoken"),
            ("const a = await import('sharp')", "sharp"),
            ("import fs from 'fs/promises'; import { join } from 'node:path'", "fs/promises, path"),
            ("import db from '@/lib/db'; import x from '~/x'; import y from '#y'", "@/lib/db, ~/x, #y"),
            ("import a from 'a'; import b from 'a/b'", "a"),
            ("import { ImageResponse } from 'next/og'", "next/og"),
            ("import { getServerSession } from 'next-auth/next'", "next-auth"),
        ] {
            assert_eq!(found(source), expected, "{source}");
        }
    }

    #[test]
    fn other_words_are_not_imports() {
        for source in [
            "import type { NextApiRequest } from 'next'",
            "import type { Stripe } from 'stripe'",
            "import { NextResponse } from 'next/server'",
            "Array.from('abc')",
            "const from = 'a'",
            "db.select().from('users')",
            "module.require('a')",
            "require(name)",
            "// import a from 'a'",
        ] {
            assert_eq!(found(source), "", "{source}");
        }
    }
}
