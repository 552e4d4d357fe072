import Testing

@testable import DockerRun

struct LanguageCatalogTests {
    private func image(_ names: String..., labels: [String: String]) -> ListedImage {
        ListedImage(names: names, labels: Dictionary(uniqueKeysWithValues: labels.map { ("docker-run.\($0)", $1) }))
    }

    private func catalog(_ images: ListedImage..., settings: (inout RunSettings) -> Void = { _ in }) -> LanguageCatalog
    {
        var runSettings = RunSettings()
        settings(&runSettings)
        return LanguageCatalog(runSettings, images: images)
    }

    @Test func `an image says of itself which language it is for`() throws {
        let catalog = catalog(
            image(
                "docker-run/python:latest",
                labels: [
                    "language": "python", "version": "3.11.2", "aliases": "py python3", "main-file": "main.py",
                    "runner-language": "python", "key": "x",
                ]), image("docker-run/c:latest", labels: ["language": "c"]))
        var python = Language("python", image: "docker-run/python:latest")
        (python.version, python.aliases, python.mainFile) = ("3.11.2", ["py", "python3"], "main.py")
        python.runnerLanguage = "python"
        #expect(catalog.languages == [Language("c", image: "docker-run/c:latest"), python])
        for name in ["python", "py", "python3"] { #expect(catalog.language(named: name) == python) }
        #expect(catalog.language(named: "Python") == nil && catalog.language(named: "") == nil)
    }

    @Test func `of several images the highest version counts, and then the first name`() {
        let versions = ["9.1", "10.0", "10.0.1", "10.0.1~rc1", "x"].map {
            image("v/\($0)", labels: ["language": "l", "version": $0])
        }
        let none = image("v/none", labels: ["language": "l"])
        let settings = RunSettings()
        for shift in 0..<versions.count {
            let images = [none] + versions[shift...] + versions[..<shift]
            #expect(LanguageCatalog(settings, images: images).languages.map(\.image) == ["v/10.0.1"])
        }
        #expect(catalog(image("b", "c", "a", labels: ["language": "l"])).languages.map(\.image) == ["a"])
    }

    @Test func `those of the settings win, and have what their image says of itself`() throws {
        let python = image("mine/python:latest", labels: ["language": "python", "version": "3", "aliases": "py"])
        let catalog = catalog(image("other", labels: ["language": "julia"]), python) {
            $0.languages = [
                Language("julia", image: "julia:1"), Language("data", image: "mine/python"),
                Language("python", image: "mine/python:latest"),
            ]
            $0.languages[0].runner = .builtin
        }
        let julia = try #require(catalog.language(named: "julia"))
        #expect(julia.image == "julia:1" && julia.runner == .builtin && julia.version == nil)
        let data = try #require(catalog.language(named: "data"))
        #expect(data.image == "mine/python" && data.runnerLanguage == "python" && data.version == "3")
        #expect(catalog.language(named: "py")?.language == "python")
        #expect(catalog.languages.map(\.language) == ["data", "julia", "python"])
    }

    @Test func `an empty label is none`() {
        let empty = ["language": "l", "version": "", "runner-language": "", "main-file": ""]
        #expect(catalog(image("a", labels: empty)).languages == [Language("l", image: "a")])
        #expect(catalog(image("a", labels: ["language": ""])).languages.isEmpty)
    }

    @Test func `images that may not be run, and those without a name, are left out`() {
        let catalog = catalog(
            image("glot/a:latest", "mine/a:latest", labels: ["language": "a"]),
            image("<none>:<none>", labels: ["language": "b"]), image("mine/c:1", labels: ["language": ""]),
            image("glot/d:1", labels: ["language": "d"])
        ) { $0.allowedImages = [ImagePattern("mine/*")] }
        #expect(catalog.languages.map(\.image) == ["mine/a:latest"])
    }

    @Test func `an image is named as it may be run`() {
        let catalog = catalog(image("glot/a:latest", labels: ["language": "a"])) {
            $0.allowedImages = [ImagePattern("glot/a")]
        }
        #expect(catalog.languages.map(\.image) == ["glot/a"])
    }

    @Test func `a name is a language's own before it is an alias, and the first one's that has it`() {
        let catalog = catalog(
            image("1", labels: ["language": "a", "aliases": "c x"]),
            image("2", labels: ["language": "b", "aliases": "x b"]),
            image("3", labels: ["language": "c"]))
        #expect(catalog.language(named: "c")?.image == "3")
        #expect(catalog.language(named: "x")?.image == "1")
        #expect(catalog.language(named: "b")?.image == "2")
    }

    @Test func `names are bytes`() {
        let catalog = catalog(image("1", labels: ["language": "\u{E9}"]), image("2", labels: ["language": "e\u{301}"]))
        #expect(catalog.languages.map(\.image) == ["2", "1"])
        #expect(catalog.language(named: "\u{E9}")?.image == "1")
    }
}
