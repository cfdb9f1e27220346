// chown UID:GID PATH…: what the shipped file's `prepare` asks of its image.
package main

import (
	"fmt"
	"log"
	"os"
)

func main() {
	var user, group int
	if _, err := fmt.Sscanf(os.Args[1], "%d:%d", &user, &group); err != nil {
		log.Fatal(err)
	}
	for _, path := range os.Args[2:] {
		if err := os.Chown(path, user, group); err != nil {
			log.Fatal(err)
		}
	}
}
