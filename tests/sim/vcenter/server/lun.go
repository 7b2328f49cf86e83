package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// What a datastore holds lies inside the LUN's own bytes: a NAS revert brings old VMs back, a NAS clone carries them along.
// A header block at 1 MiB (where VMFS begins), then one slot for each VM on the head extent.
const (
	headerOffset = 1 << 20
	headerSize   = 4 << 10
	slotsOffset  = 2 << 20
	slotSize     = 32 << 10
)

var magic = []byte("SIMVMFS1")

// volumeHeader stands on every extent of a volume.
type volumeHeader struct {
	Uuid    string   `json:"uuid"`
	Label   string   `json:"label"`
	Extents []string `json:"extents"`
	Ordinal int      `json:"ordinal"`
	// Counter grows with each write: a volume that was put back beneath us shows another one than we wrote.
	Counter int64    `json:"counter"`
	Slots   int      `json:"slots"`
	Files   []string `json:"files"`
}

func readBlock(file *os.File, offset int64, size int, value interface{}) (bool, error) {
	head := make([]byte, 12)
	if _, err := file.ReadAt(head, offset); err != nil {
		if err == io.EOF {
			return false, nil
		}
		return false, err
	}
	length := int(binary.BigEndian.Uint32(head[8:]))
	if !bytes.Equal(head[:8], magic) || length == 0 || length > size-12 {
		return false, nil
	}
	text := make([]byte, length)
	if _, err := file.ReadAt(text, offset+12); err != nil {
		return false, err
	}
	return true, json.Unmarshal(text, value)
}

func writeBlock(file *os.File, offset int64, size int, value interface{}) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	if len(text) > size-12 {
		return fmt.Errorf("%d bytes do not fit into a block of %d", len(text), size)
	}
	block := make([]byte, 12, 12+len(text))
	copy(block, magic)
	binary.BigEndian.PutUint32(block[8:], uint32(len(text)))
	_, err = file.WriteAt(append(block, text...), offset)
	return err
}

// readHeader answers nil for a LUN that holds no volume.
func readHeader(path string) *volumeHeader {
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	header := &volumeHeader{}
	found, err := readBlock(file, headerOffset, headerSize, header)
	if err != nil || !found {
		return nil
	}
	return header
}

func writeHeader(path string, header *volumeHeader) error {
	return withFile(path, func(file *os.File) error {
		return writeBlock(file, headerOffset, headerSize, header)
	})
}

func withFile(path string, work func(*os.File) error) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	return work(file)
}

func slotOffset(slot int) int64 { return slotsOffset + int64(slot)*slotSize }

func writeSlot(path string, slot int, content *vmContent) error {
	return withFile(path, func(file *os.File) error {
		if content == nil {
			_, err := file.WriteAt(make([]byte, 12), slotOffset(slot))
			return err
		}
		return writeBlock(file, slotOffset(slot), slotSize, content)
	})
}

func readSlots(path string, slots int) ([]*vmContent, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	contents := make([]*vmContent, slots)
	for slot := range contents {
		content := &vmContent{}
		found, err := readBlock(file, slotOffset(slot), slotSize, content)
		if err != nil {
			return nil, err
		}
		if found {
			contents[slot] = content
		}
	}
	return contents, nil
}
