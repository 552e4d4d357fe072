package main

import (
	"fmt"
	"os"

	"smoke/greet"
)

func main() {
	var name string
	fmt.Scan(&name)
	fmt.Println(greet.Greet(name))
	os.Exit(3)
}
