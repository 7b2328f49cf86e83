#pragma once
#include <windows.h>

class Lock {
 public:
  explicit Lock(SRWLOCK &lock) : lock_(lock) { AcquireSRWLockExclusive(&lock_); }
  Lock(const Lock &) = delete;
  ~Lock() { ReleaseSRWLockExclusive(&lock_); }

 private:
  SRWLOCK &lock_;
};
