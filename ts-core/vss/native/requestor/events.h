/* What the core is told: one JSON object a line on standard output. */
#pragma once
#include <string>
#include <vector>

#include "../json.h"
#include "writers.h"

struct ShadowCopy {
  std::wstring volume;
  GUID id{};
};

/* Where and why it stopped. `volume`: empty unless it was about one. */
struct Failure {
  const char *phase = nullptr;
  HRESULT hr = S_OK;
  std::wstring volume;
};

/* After the shadow copies were made, what does not unmake them. */
using Warning = Failure;

void tell_waiting(const Failure &reason, DWORD retry_ms);
void tell_set(const GUID &set, const std::vector<ShadowCopy> &copies, const std::vector<Writer> &writers);
void tell_done(HRESULT hr, const std::vector<ShadowCopy> &copies, const std::vector<Writer> &writers,
               const std::vector<Warning> &warnings);
void tell_failed(const Failure &failure, const std::vector<Writer> &writers);

/* names.cpp: as Microsoft names it, so that it can be searched for; else its number. */
std::string name_of(HRESULT hr);
