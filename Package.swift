// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .treatAllWarnings(as: .error),
]

/// The page that the server has: see Sources/Server/Endpoints/PlaygroundEndpoint.swift.
let playground = [
    "access.js", "ask.js", "bytes.js", "editor.js", "events.js", "keyboard.js", "link.js", "listener.js", "page.html",
    "page.js", "result.js", "samples.js", "screen.js", "server.js", "style.css", "style.js", "terminal.js", "theme.js",
]

let package = Package(
    name: "docker-run",
    products: [
        .executable(name: "docker-run", targets: ["Server"]),
        .executable(name: "code-runner", targets: ["CodeRunner"]),
        .library(name: "DockerRun", targets: ["DockerRun"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // The pkg-config files of libevent's other parts drag in the all-in-one library; the module map links the parts.
        .systemLibrary(name: "CEvent", pkgConfig: "libevent_core", providers: [.apt(["libevent-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CEpoll"),
        .target(name: "Bytes", swiftSettings: settings),
        .target(name: "Metrics", swiftSettings: settings),
        .target(
            name: "DockerRun",
            dependencies: ["Bytes", "CCurl", "CEpoll", "Metrics", .product(name: "Logging", package: "swift-log")],
            swiftSettings: settings
        ),
        .target(name: "HTTP", dependencies: ["Bytes", "CEvent"], swiftSettings: settings),
        .target(name: "Facades", dependencies: ["Bytes", "DockerRun", "HTTP"], swiftSettings: settings),
        .executableTarget(
            name: "Server",
            dependencies: [
                "Bytes", "DockerRun", "Facades", "HTTP", "Metrics",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            resources: (["openapi.yaml"] + playground.map { "Playground/\($0)" }).map { .embedInCode($0) },
            swiftSettings: settings
        ),
        .target(name: "CProcess"),
        .executableTarget(name: "CodeRunner", dependencies: ["CProcess"], swiftSettings: settings),
        .target(name: "TestSupport", dependencies: ["Bytes"], path: "Tests/Support", swiftSettings: settings),
        .testTarget(name: "MetricsTests", dependencies: ["Metrics"], swiftSettings: settings),
        .testTarget(name: "HTTPTests", dependencies: ["HTTP", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "CodeRunnerTests", dependencies: ["CodeRunner", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "DockerRunTests",
            dependencies: ["DockerRun", "Metrics", "TestSupport", .product(name: "Logging", package: "swift-log")],
            swiftSettings: settings),
        .testTarget(
            name: "FacadesTests", dependencies: ["DockerRun", "Facades", "HTTP", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "ServerTests",
            dependencies: [
                "DockerRun", "Facades", "HTTP", "Metrics", "Server", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "Bytes", "DockerRun", "HTTP", "Server", "TestSupport", .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
    ]
)

// `make fuzz`: libFuzzer brings the main function, so the executables become libraries without theirs.
if Context.environment["DOCKER_RUN_FUZZ"] != nil {
    package.products = []
    package.targets.removeAll { $0.type == .test }
    package.targets = package.targets.map { target in
        guard target.type == .executable else { return target }
        return .target(
            name: target.name, dependencies: target.dependencies, exclude: ["Main.swift"], resources: target.resources,
            swiftSettings: target.swiftSettings)
    }
    package.targets.append(
        .executableTarget(
            name: "Fuzz",
            dependencies: ["Bytes", "CodeRunner", "DockerRun", "Facades", "HTTP", "Server", "TestSupport"],
            path: "Tests/Fuzz",
            exclude: ["Corpus"], swiftSettings: settings))
}
