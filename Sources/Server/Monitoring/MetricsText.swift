internal import Metrics

/// Numbers as Prometheus reads them: https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4.
struct MetricsText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    enum Kind: String {
        case counter, gauge, histogram
    }

    typealias Labels = KeyValuePairs<String, String>

    private(set) var text = ""
    private var family = ""

    /// Begins a family; the samples that follow are its own.
    mutating func begin(_ family: String, _ kind: Kind, _ help: String) {
        self.family = family
        text += "# HELP \(family) \(Self.escaped(help, quotes: false))\n# TYPE \(family) \(kind.rawValue)\n"
    }

    mutating func add(_ value: Int, _ labels: Labels = [:]) {
        add("", labels, "\(value)")
    }

    mutating func add(_ value: Double, _ labels: Labels = [:]) {
        add("", labels, "\(value)")
    }

    mutating func add(_ histogram: Histogram.Snapshot, _ labels: Labels) {
        let bounds = Histogram.bounds.map { "\($0)" } + ["+Inf"]
        for (bound, count) in zip(bounds, histogram.cumulativeCounts) {
            add("_bucket", labels, bound: bound, "\(count)")
        }
        add("_sum", labels, "\(histogram.sum)")
        add("_count", labels, "\(histogram.count)")
    }

    /// A family with one sample that has no labels.
    mutating func add(_ family: String, _ kind: Kind, _ help: String, _ value: Int) {
        begin(family, kind, help)
        add(value)
    }

    private mutating func add(_ suffix: String, _ labels: Labels, bound: String? = nil, _ value: String) {
        var pairs = labels.map { "\($0)=\"\(Self.escaped($1, quotes: true))\"" }
        if let bound { pairs.append("le=\"\(bound)\"") }
        text += family + suffix
        if !pairs.isEmpty { text += "{" + pairs.joined(separator: ",") + "}" }
        text += " \(value)\n"
    }

    /// Only these need it; the rest of UTF-8 stands for itself. In a help text, quotes do not.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
