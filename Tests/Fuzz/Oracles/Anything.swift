import FoundationEssentials

/// Any JSON, every string and number of which FoundationEssentials has decoded.
struct Anything: Decodable {
    private struct Name: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { return nil }
    }

    init(from decoder: any Decoder) throws {
        if let members = try? decoder.container(keyedBy: Name.self) {
            for name in members.allKeys { _ = try members.decode(Anything.self, forKey: name) }
        } else if var elements = try? decoder.unkeyedContainer() {
            while !elements.isAtEnd { _ = try elements.decode(Anything.self) }
        } else {
            let value = try decoder.singleValueContainer()
            guard !value.decodeNil(), (try? value.decode(Bool.self)) == nil else { return }
            // Numbers beyond those of Double are JSON all the same.
            if (try? value.decode(Double.self)) == nil { _ = try? value.decode(String.self) }
        }
    }
}

/// The text of a JSON string; nil if FoundationEssentials finds none in it.
func decodedString(_ json: ArraySlice<UInt8>) -> String? {
    try? JSONDecoder().decode(String.self, from: Data(json))
}
