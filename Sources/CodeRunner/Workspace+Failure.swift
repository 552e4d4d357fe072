internal import Glibc

extension Workspace {
    /// Why nothing can be written into the directory, from errno, and what an operator does about it.
    var notWritable: Failure {
        let isReadOnly = errno == EROFS
        let problem = "cannot write to \(path) as user \(geteuid()): \(String(cString: strerror(errno)))"
        guard !isReadOnly else {
            return Failure("\(problem). With a read-only root, DOCKER_CONTAINER_WORK_DIR_PATH has to be this directory")
        }
        return Failure(
            "\(problem). A tmpfs over a directory that the image has takes the mode of that one: choose a "
                + "DOCKER_CONTAINER_WORK_DIR_PATH that the image does not have, or, with Docker, add "
                + "uid=\(geteuid()),gid=\(getegid()) to DOCKER_CONTAINER_WORK_DIR_OPTIONS")
    }
}
