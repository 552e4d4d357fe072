/// Is told what happens on a ``Listener``, on the event loop's thread, for a log or for metrics.
public protocol Observer: AnyObject {
    func connectionOpened()
    func connectionClosed()
    /// It is being closed, as there were too many.
    func connectionGaveWay()
    /// Once for each request: it has its answer. Of one that comes in pieces, all of them were taken.
    ///
    /// - Parameter sent: bytes of the answer's body.
    func answered(_ request: Request, _ response: Response, sent: Int)
    /// Or the client left before that.
    func clientGone(_ request: Request)
}
