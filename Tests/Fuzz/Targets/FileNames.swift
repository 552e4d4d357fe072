import FoundationEssentials
import Glibc

@testable import CodeRunner

extension Target {
    /// Whatever files are called, one a line, nothing outside of the workspace comes into being or goes.
    static let fileNames = Target("file-names") { bytes in
        let names = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).prefix(4).map(\.text)
        do {
            let workspace = try Workspace(path: Tree.workspace)
            try workspace.write(names.map { Payload.File(name: $0, content: Array("content".utf8)) })
            for name in names {
                expect(access("\(Tree.workspace)/\(name)", F_OK) == 0, "\(name) is not there")
                let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
                let leadsOut = name.utf8.starts(with: "/".utf8) || parts.contains { $0.elementsEqual("..".utf8) }
                expect(!leadsOut, "\(name) was taken")
            }
        } catch {
            // The message of a name that is refused.
        }
        Tree.check()
    }
}

/// Directories in each other, one in each, of which the innermost is the workspace: deep enough for what leads out.
private enum Tree {
    private static let root = FileManager.default.temporaryDirectory.path + "/docker-run-fuzz-\(getpid())"
    private static let depth = 8
    static let workspace = root + String(repeating: "/d", count: depth)

    static func check() {
        var directory = root
        for _ in 1..<depth {
            directory += "/d"
            expect(entries(of: directory) == ["d"], "\(directory) has \(entries(of: directory))")
        }
        // The others stay for the next input; scripts/fuzz removes them all.
        try? FileManager.default.removeItem(atPath: workspace)
    }

    private static func entries(of directory: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    }
}
