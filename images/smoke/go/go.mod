module smoke
