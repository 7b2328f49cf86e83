package main

import (
	"encoding/json"
	"net/http"
	"strings"
)

// rest serves the few calls of the REST API that tags need. Its sessions are its own, as in vCenter. It is served in two forms:
// /api (7.0 and later), and /rest (6.5 and later), which marks ids and actions and wraps values (as VMware documents it).
type rest struct {
	w       *world
	prefix  string
	wrapped bool
}

func newerRest(w *world) rest { return rest{w: w, prefix: "/api/"} }
func olderRest(w *world) rest { return rest{w: w, prefix: "/rest/com/vmware/", wrapped: true} }

type objectId struct {
	Id   string `json:"id"`
	Type string `json:"type"`
}

const restSessionHeader = "vmware-api-session-id"

func (s rest) ServeHTTP(out http.ResponseWriter, in *http.Request) {
	if s.w.trouble.isDown() {
		drop(out)
		return
	}
	path := s.plain(strings.TrimPrefix(in.URL.Path, s.prefix))
	q := s.w.record.begin(request{InMs: nowMs(), Method: in.Method + " " + in.URL.Path})
	s.w.Lock()
	status, value := s.answer(in, path)
	s.w.Unlock()
	s.w.record.end(q, status, "")
	if s.wrapped && status < 300 {
		status, value = http.StatusOK, wrap(value)
	}
	if value == nil {
		out.WriteHeader(status)
		return
	}
	sendJson(out, status, value)
}

func wrap(value interface{}) interface{} {
	if value == nil {
		return nil
	}
	return map[string]interface{}{"value": value}
}

// plain is the path as /api spells it.
func (s rest) plain(path string) string {
	if !s.wrapped {
		return path
	}
	return strings.Replace(strings.Replace(path, "cis/session", "session", 1), "/id:", "/", 1)
}

func (s rest) action(in *http.Request) string {
	if s.wrapped {
		return in.URL.Query().Get("~action")
	}
	return in.URL.Query().Get("action")
}

func (s rest) served() bool {
	if s.wrapped {
		return !olderThan(s.w.options.version, 6, 5)
	}
	return !olderThan(s.w.options.version, 7, 0)
}

func (s rest) answer(in *http.Request, path string) (int, interface{}) {
	if !s.served() {
		return restError(http.StatusNotFound, "NOT_FOUND")
	}
	if path == "session" && in.Method == http.MethodPost {
		return s.login(in)
	}
	token := in.Header.Get(restSessionHeader)
	if !s.w.restSessions[token] {
		return restError(http.StatusUnauthorized, "UNAUTHENTICATED")
	}
	if path == "session" && in.Method == http.MethodDelete {
		delete(s.w.restSessions, token)
		return http.StatusNoContent, nil
	}
	return s.tagging(in, strings.TrimPrefix(path, "cis/tagging/"))
}

func restError(status int, kind string) (int, interface{}) {
	return status, map[string]interface{}{"error_type": kind, "messages": []string{}}
}

func (s rest) login(in *http.Request) (int, interface{}) {
	user, password, _ := in.BasicAuth()
	if user != s.w.options.user || password != s.w.options.password {
		return restError(http.StatusUnauthorized, "UNAUTHENTICATED")
	}
	token := randomHex(16)
	s.w.restSessions[token] = true
	return http.StatusCreated, token
}

func (s rest) tagging(in *http.Request, path string) (int, interface{}) {
	kind, id, _ := strings.Cut(path, "/")
	switch in.Method + " " + kind {
	case "GET tag":
		return s.readTag(id)
	case "GET category":
		return s.readCategory(id)
	case "POST tag-association":
		return s.associate(in, id)
	}
	return restError(http.StatusNotFound, "NOT_FOUND")
}

func (s rest) readTag(id string) (int, interface{}) {
	if id == "" {
		return http.StatusOK, s.w.tags.ids()
	}
	name, known := s.w.tags.names[id]
	if !known {
		return restError(http.StatusNotFound, "NOT_FOUND")
	}
	tag := map[string]interface{}{"id": id, "name": name, "category_id": tagCategory, "description": "", "used_by": []string{}}
	return http.StatusOK, tag
}

func (s rest) readCategory(id string) (int, interface{}) {
	if id == "" {
		return http.StatusOK, []string{tagCategory}
	}
	return http.StatusOK, map[string]interface{}{"id": tagCategory, "name": "backup", "cardinality": "MULTIPLE", "description": ""}
}

func (s rest) associate(in *http.Request, tag string) (int, interface{}) {
	order := struct {
		ObjectId  objectId   `json:"object_id"`
		ObjectIds []objectId `json:"object_ids"`
	}{}
	if err := json.NewDecoder(in.Body).Decode(&order); err != nil {
		return restError(http.StatusBadRequest, "INVALID_ARGUMENT")
	}
	action := s.action(in)
	if tag == "" && action == "list-attached-tags-on-objects" {
		return http.StatusOK, s.tagsOn(order.ObjectIds)
	}
	objects := s.w.tags.attached[tag]
	if objects == nil || s.w.vms[reference{Type: order.ObjectId.Type, Value: order.ObjectId.Id}] == nil {
		return restError(http.StatusNotFound, "NOT_FOUND")
	}
	switch action {
	case "attach":
		objects[order.ObjectId.Id] = true
	case "detach":
		delete(objects, order.ObjectId.Id)
	default:
		return restError(http.StatusNotFound, "NOT_FOUND")
	}
	s.w.record.add(effect{Kind: "tag." + action, Detail: detail{"tag": s.w.tags.names[tag], "object": order.ObjectId.Id}})
	return http.StatusNoContent, nil
}

// tagsOn leaves out objects without tags.
func (s rest) tagsOn(objects []objectId) []interface{} {
	list := []interface{}{}
	for _, object := range objects {
		if ids := s.w.tags.idsOf(object.Id); len(ids) > 0 {
			list = append(list, map[string]interface{}{"object_id": object, "tag_ids": ids})
		}
	}
	return list
}
