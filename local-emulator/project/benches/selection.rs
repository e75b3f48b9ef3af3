//! Selection among 10, 100, 300 (the quota of an HTTP API) and 10,000 route keys.
//!
//! `cargo bench -p api-routes-project --profile emulator --bench selection`

use std::hint::black_box;

use api_routes_project::aws::http_api::RouteTable;
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use http::Method;

/// The keys of `count / 5` resources, each with a list, an item, a list below the item, and files.
fn table(count: usize) -> RouteTable<usize> {
    let keys = (0..count / 5).flat_map(|n| {
        [
            format!("GET /api/resource-{n}"),
            format!("ANY /api/resource-{n}/{{id}}"),
            format!("PUT /api/resource-{n}/{{id}}"),
            format!("GET /api/resource-{n}/{{id}}/parts/{{part}}"),
            format!("GET /api/resource-{n}/files/{{path+}}"),
        ]
    });
    let routes = keys.enumerate().filter_map(|(n, key)| Some((key.parse().ok()?, n)));
    RouteTable::new(routes).unwrap_or_else(|error| unreachable!("{error}"))
}

fn selection(criterion: &mut Criterion) {
    for (name, path) in [
        ("literal", "/api/resource-1"),
        ("parameters", "/api/resource-1/7/parts/8"),
        ("greedy", "/api/resource-1/files/a/b/c/d.txt"),
        ("no route", "/api/resource-1/7/parts/8/9"),
    ] {
        let mut group = criterion.benchmark_group(name);
        for count in [10, 100, 300, 10_000] {
            let table = table(count);
            group.bench_with_input(BenchmarkId::from_parameter(count), path, |bencher, path| {
                bencher.iter(|| black_box(table.select(&Method::GET, black_box(path))));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, selection);
criterion_main!(benches);
