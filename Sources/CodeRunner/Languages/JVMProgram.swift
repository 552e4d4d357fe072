/// Where the virtual machine finds the class that is to be run.
enum JVMProgram {
    /// For Java, where the plain commands do not find it: in a package, in a directory, or not named like the file.
    static func java(_ files: SourceFiles) -> [String]? {
        let name = FileName(files.main.name)
        let source = JavaSource(files.main.text)
        let mainClass = source.mainClass(ofFile: name.stem)
        let run = "java \(Shell.quoted((source.package.map { $0 + "." } ?? "") + mainClass))"
        guard source.package == nil, name.directory.isEmpty else {
            // Packages are directories for the compiler, but clients may put files where they like: all are named.
            return [files.command("javac -d .", files.others("java")), run]
        }
        return mainClass.utf8.elementsEqual(name.stem.utf8) ? nil : [files.command("javac"), run]
    }

    /// For Kotlin, where the file is of a package.
    static func kotlin(_ files: SourceFiles) -> [String]? {
        SourceTokens(files.main.content, .nestedComments).packageName().map { package in
            let file = kotlinClass(ofFile: FileName(files.main.name).stem)
            return [files.command("kotlinc"), "kotlin \(Shell.quoted("\(package).\(file)"))"]
        }
    }

    /// For Scala, where Main is in a package.
    static func scala(_ files: SourceFiles) -> [String]? {
        SourceTokens(files.main.content, .nestedComments).packageName().flatMap { package in
            // "package object" is none.
            package == "object"
                ? nil : [files.command("scalac", files.others("scala")), "scala \(Shell.quoted("\(package).Main"))"]
        }
    }

    /// The class that Kotlin makes of a file's functions: `my-file` is in `My_fileKt`.
    static func kotlinClass(ofFile stem: String) -> String {
        var name = String.UnicodeScalarView()
        for scalar in stem.unicodeScalars {
            let isKept = scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal
            name.append(isKept ? scalar : "_")
        }
        guard let first = name.first else { return "_Kt" }
        guard first.properties.isAlphabetic || first == "_" else { return "_" + String(name) + "Kt" }
        return first.properties.uppercaseMapping + String(name.dropFirst()) + "Kt"
    }
}

/// What there is to know of a Java source for finding its main class.
struct JavaSource {
    private(set) var package: String?
    /// Those on the outermost level, in their order.
    private var types: [(name: [UInt8], hasMain: Bool)] = []
    /// Without a class around it, newer Java makes one that is named like the file.
    private var hasMainWithoutClass = false

    init(_ content: String) {
        var tokens = SourceTokens(Self.withoutUnicodeEscapes(content.utf8))
        var depth = 0
        var previous: SourceTokens.Token?
        while let token = tokens.next() {
            switch token {
            case .sign(let sign) where "{([".utf8.contains(sign): depth += 1
            case .sign(let sign) where "})]".utf8.contains(sign): depth -= 1
            case .word where previous?.is(sign: ".") == true: break  // as in Main.class
            case .word where depth == 0 && package == nil && token.is(word: "package"):
                package = tokens.qualifiedName()
            case .word where depth == 0 && Self.keywords.contains(where: token.is(word:)):
                var ahead = tokens
                if case .word(let name) = ahead.next() { types.append((name, false)) }
            case .word where token.is(word: "main") && tokens.isFollowed(by: "("):
                if depth == 0 { hasMainWithoutClass = true }
                if depth == 1, !types.isEmpty { types[types.count - 1].hasMain = true }
            default: break
            }
            previous = token
        }
    }

    private static let keywords = ["class", "interface", "enum", "record"]

    /// The class that is named like the file, if it is there, else the first that has a method `main`.
    func mainClass(ofFile stem: String) -> String {
        if hasMainWithoutClass || types.contains(where: { $0.name.elementsEqual(stem.utf8) }) { return stem }
        return types.first(where: \.hasMain).map { String(decoding: $0.name, as: UTF8.self) } ?? stem
    }

    /// `\u000a` is a line's end, also in a comment: escapes come before everything else (Java Language Specification, 3.3).
    static func withoutUnicodeEscapes(_ source: String.UTF8View) -> [UInt8] {
        guard source.contains(UInt8(ascii: "\\")) else { return Array(source) }
        var units: [UInt16] = []
        var rest = Array(String(source).utf16)[...]
        while let first = rest.popFirst() {
            guard first == UInt16(ascii: "\\"), let second = rest.first else {
                units.append(first)
                continue
            }
            let digits = rest.drop { $0 == UInt16(ascii: "u") }.prefix(4)
            let text = String(decoding: digits, as: UTF16.self)
            if second == UInt16(ascii: "u"), digits.count == 4, let unit = UInt16(text, radix: 16) {
                units.append(unit)
                rest = rest[digits.endIndex...]
            } else {
                // A backslash after a backslash begins nothing.
                units += [first, second]
                rest = rest.dropFirst()
            }
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }
}

extension UInt16 {
    fileprivate init(ascii scalar: Unicode.Scalar) { self.init(UInt8(ascii: scalar)) }
}
