// A vCenter to test against: see docs/vcenter-simulator.md.
package main

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	log.SetFlags(log.Lmicroseconds)
	o, err := parseOptions(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		os.Exit(0)
	}
	if err == nil {
		err = serve(o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func serve(o options) error {
	cert, err := certificate(o.state)
	if err != nil {
		return err
	}
	storage, err := storageOf(o)
	if err != nil {
		return err
	}
	w := newWorld(o, storage)
	if err := w.build(); err != nil {
		return err
	}
	w.showStorage()
	w.record.reset()
	url, err := w.listenSdk(cert)
	if err != nil {
		return err
	}
	steer, err := w.listenControl()
	if err != nil {
		return err
	}
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGINT, syscall.SIGTERM)
	announce(map[string]string{"url": url, "thumbprint": thumbprint(cert), "user": o.user, "password": o.password, "control": steer, "stateDir": o.state})
	wait(end, o.exitWithStdin)
	return nil
}

func storageOf(o options) (array, error) {
	if o.nas != "" {
		return newNas(o.nas), nil
	}
	names := []string{}
	for _, spec := range o.datastores {
		names = append(names, spec.luns...)
	}
	if len(names) == 0 {
		names = []string{"vmstore"}
	}
	return newOwnFiles(o.state, names)
}

func (w *world) listenSdk(cert tls.Certificate) (string, error) {
	listener, err := net.Listen("tcp", w.options.listen)
	if err != nil {
		return "", err
	}
	mux := http.NewServeMux()
	mux.Handle("/sdk", sdk{w})
	mux.Handle("/api/", newerRest(w))
	mux.Handle("/rest/", olderRest(w))
	mux.HandleFunc("/sdk/vimServiceVersions.xml", w.versions)
	server := &http.Server{Handler: mux, ErrorLog: log.New(io.Discard, "", 0)}
	secure := tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12})
	go func() { log.Print(server.Serve(secure)) }()
	return "https://" + listener.Addr().String() + "/sdk", nil
}

func (w *world) listenControl() (string, error) {
	listener, err := net.Listen("tcp", w.options.control)
	if err != nil {
		return "", err
	}
	go func() { log.Print(http.Serve(listener, control{w})) }()
	return "http://" + listener.Addr().String() + "/control", nil
}

func announce(ready map[string]string) {
	text, err := json.Marshal(ready)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(text))
}

func wait(end chan os.Signal, stdin bool) {
	if stdin {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			end <- syscall.SIGTERM
		}()
	}
	<-end
}
