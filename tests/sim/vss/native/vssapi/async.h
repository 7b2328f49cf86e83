/* Work of VSS on a thread of its own. */
#pragma once
#include <vss.h>

#include <functional>

#include "object.h"

IVssAsync *start(std::function<HRESULT()> work);
