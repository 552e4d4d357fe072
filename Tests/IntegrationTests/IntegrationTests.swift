import Testing

/// Everything that needs a Docker Engine, one test after the other: some of them stop it.
@Suite(.serialized) enum IntegrationTests {}
