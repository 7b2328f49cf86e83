package main

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

const cookieName = "vmware_soap_session"

// session is one log-in, with the views and filters that belong to it.
type session struct {
	library    *simulator.Session
	lastActive time.Time
	pages      map[string][]types.ObjectContent
}

func (s *session) cookie() string {
	return fmt.Sprintf(`%s="%s"; Path=/; HttpOnly; Secure`, cookieName, s.library.Key)
}

// sessionOf finds the live session of a request's cookie; every call counts as activity.
func (w *world) sessionOf(in *http.Request) *session {
	for _, part := range strings.Split(in.Header.Get("Cookie"), ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		if name != cookieName {
			continue
		}
		s := w.sessions[strings.Trim(value, `"`)]
		if s == nil {
			continue
		}
		if time.Since(s.lastActive) > time.Duration(w.settings.SessionSeconds)*time.Second {
			w.endSession(s)
			return nil
		}
		s.lastActive = time.Now()
		return s
	}
	return nil
}

func login(c *call, q *types.Login) (interface{}, fault) {
	if c.session != nil || q.UserName != c.w.options.user || q.Password != c.w.options.password {
		return nil, &types.InvalidLogin{}
	}
	now := time.Now().UTC()
	s := &session{lastActive: now, pages: map[string][]types.ObjectContent{}, library: &simulator.Session{
		Registry: simulator.NewRegistry(),
		UserSession: types.UserSession{
			Key: uuid.New().String(), UserName: q.UserName, FullName: q.UserName, LoginTime: now, LastActiveTime: now,
			Locale: "en", MessageLocale: "en", ExtensionSession: types.NewBool(false),
		},
	}}
	c.w.sessions[s.library.Key] = s
	c.session = s
	c.w.record.add(effect{Kind: "session.login", Detail: detail{"user": q.UserName}})
	return s.library.UserSession, nil
}

func logout(c *call, _ *types.Logout) (interface{}, fault) {
	c.w.endSession(c.session)
	c.w.record.add(effect{Kind: "session.logout"})
	return nil, nil
}

// endSession takes filters and views with it; whoever waits for updates wakes up and finds out.
func (w *world) endSession(s *session) {
	delete(w.sessions, s.library.Key)
	for f := range w.filters {
		if f.session == s {
			delete(w.filters, f)
		}
	}
	w.touch()
}

func (w *world) endAllSessions() {
	for _, s := range w.sessions {
		w.endSession(s)
	}
	w.restSessions = map[string]bool{}
	w.record.add(effect{Kind: "session.expired"})
}

func sessionIsActive(c *call, q *types.SessionIsActive) (interface{}, fault) {
	s := c.w.sessions[q.SessionID]
	return s != nil && s.library.UserName == q.UserName, nil
}

func terminateSession(c *call, q *types.TerminateSession) (interface{}, fault) {
	for _, id := range q.SessionId {
		s := c.w.sessions[id]
		if s == nil {
			return nil, &types.NotFound{}
		}
		c.w.endSession(s)
	}
	return nil, nil
}
