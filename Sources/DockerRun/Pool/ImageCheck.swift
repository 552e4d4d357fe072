/// The question whether a warm container is of the image that its name stands for when its run begins. The name may have
/// moved since the container was made, and the pool may not have heard of it yet.
struct ImageCheck {
    enum Verdict: Equatable {
        case pending, passed
        /// The name stands for another image, or for none.
        case otherImage(String?)
        /// The daemon did not say, which is no reason to think the image another one.
        case unanswered
    }

    private(set) var verdict = Verdict.pending
    /// What to ask the daemon, one call after the other.
    private(set) var call: DockerCall
    private let inspection: DockerCall
    private let imageID: String?
    /// What a clean answer to a call for events confirms.
    private var confirmation: (ImageFreshness, ImageFreshness.Moment)?

    /// - Parameter freshness: nil where the daemon is quick to look up an image.
    init(_ image: String, imageID: String?, _ freshness: ImageFreshness?) {
        self.imageID = imageID
        inspection = DockerClient.imageCall(image)
        call = inspection
        guard let freshness, let question = freshness.question() else { return }
        call = question.call
        confirmation = (freshness, question.confirms)
    }

    /// Takes the daemon's answer to ``call``, which is another one afterwards if the verdict is still pending.
    mutating func take(_ answer: DockerAnswer) {
        if let (freshness, moment) = confirmation {
            confirmation = nil
            guard ImageFreshness.isClean(answer) else {
                call = inspection
                return
            }
            freshness.confirm(moment)
            verdict = .passed
            return
        }
        do throws(DockerError) {
            let current = try DockerClient.imageID(answer)
            verdict = current == imageID ? .passed : .otherImage(current)
        } catch {
            verdict = .unanswered
        }
    }

    mutating func giveUp() {
        if verdict == .pending { verdict = .unanswered }
    }
}
