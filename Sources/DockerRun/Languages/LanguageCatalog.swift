internal import Bytes

/// The languages that there are: those of the settings, and those that images say of themselves by labels.
struct LanguageCatalog {
    /// Labels of images. Names of aliases are separated by spaces.
    enum Label {
        static let language = "docker-run.language"
        static let version = "docker-run.version"
        static let aliases = "docker-run.aliases"
        static let mainFile = "docker-run.main-file"
        static let runnerLanguage = "docker-run.runner-language"
    }

    /// In the order of their names.
    let languages: [Language]
    /// By what clients may say, as bytes: for `==` two spellings of a name in Unicode can be the same.
    private let byName: [[UInt8]: Language]

    /// - Parameter settings: its languages win over those of images, and images that it does not allow are left out.
    init(_ settings: RunSettings, images: [ListedImage]) {
        let labelled = images.flatMap(Self.languages)
        let fixed = settings.languages.map { Self.completed($0, labelled) }
        var best: [[UInt8]: Language] = [:]
        for language in labelled.compactMap({ Self.allowed($0, settings) }) {
            let name = Array(language.language.utf8)
            best[name] = best[name].map { Self.better($0, language) } ?? language
        }
        for language in fixed { best[Array(language.language.utf8)] = language }
        languages = best.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
        var byName = best
        for language in languages {
            for alias in language.aliases where byName[Array(alias.utf8)] == nil {
                byName[Array(alias.utf8)] = language
            }
        }
        self.byName = byName
    }

    /// - Parameter name: of a language, or one of its aliases.
    func language(named name: String) -> Language? { byName[Array(name.utf8)] }

    /// With what its image says of itself.
    private static func completed(_ fixed: Language, _ labelled: [Language]) -> Language {
        let name = Array(fixed.image.utf8)
        guard let image = labelled.first(where: { [name, name + ":latest".utf8].contains(Array($0.image.utf8)) }) else {
            return fixed
        }
        var language = fixed
        (language.version, language.mainFile) = (image.version, image.mainFile)
        language.runnerLanguage = image.runnerLanguage ?? image.language
        if fixed.language.utf8.elementsEqual(image.language.utf8) { language.aliases = image.aliases }
        return language
    }

    /// One for each name of the image. A label that is empty, as those are made that an image does not want to inherit, is
    /// none.
    private static func languages(of image: ListedImage) -> [Language] {
        let labels = (image.labels ?? [:]).filter { !$0.value.isEmpty }
        guard let name = labels[Label.language] else { return [] }
        return image.names.map { imageName in
            var language = Language(name, image: imageName)
            language.version = labels[Label.version]
            language.aliases = labels[Label.aliases]?.split(at: " ", omittingEmpty: true) ?? []
            language.mainFile = labels[Label.mainFile]
            language.runnerLanguage = labels[Label.runnerLanguage]
            return language
        }
    }

    /// With its image as it may be run: patterns are compared with names as clients write them, who may leave `:latest` out.
    private static func allowed(_ language: Language, _ settings: RunSettings) -> Language? {
        if settings.allows(language.image) { return language }
        let tag = ":latest"
        guard language.image.utf8.ends(with: tag) else { return nil }
        var language = language
        language.image = String(decoding: language.image.utf8.dropLast(tag.utf8.count), as: UTF8.self)
        return settings.allows(language.image) ? language : nil
    }

    /// The one of the higher version, or else with the first name of an image.
    private static func better(_ one: Language, _ other: Language) -> Language {
        let versions = (numbers(one.version), numbers(other.version))
        if versions.0 != versions.1 { return versions.1.lexicographicallyPrecedes(versions.0) ? one : other }
        return one.image.utf8.lexicographicallyPrecedes(other.image.utf8) ? one : other
    }

    /// The numbers with dots between them that a version begins with, and behind them one more, which is lower for what has
    /// something else behind it, as candidates for a release have. A version that is not known is the lowest.
    private static func numbers(_ version: String?) -> [Int] {
        let text = (version ?? "").utf8
        let number = text.prefix { $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard !number.isEmpty else { return [] }
        let parts = number.split(separator: UInt8(ascii: ".")).map { Int(String(decoding: $0, as: UTF8.self)) ?? .max }
        return parts + [number.count == text.count ? -1 : -2]
    }
}
