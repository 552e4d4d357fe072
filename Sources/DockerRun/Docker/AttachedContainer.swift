/// A container, and the stream to its standard streams. Whoever has it is responsible for both.
struct AttachedContainer {
    let name: String
    let stream: DockerStream
    /// The image that it was made of, as far as anybody has asked.
    var imageID: String?
}
