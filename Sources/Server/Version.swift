/// The version of this server, the one place that says it.
let serverVersion = "2.0.0"
