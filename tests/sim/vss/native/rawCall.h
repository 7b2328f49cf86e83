/* Any callback with any arguments, as the test says: for orders that VSS never keeps, too. */
#pragma once
#include "provider.h"
#include "surroundings.h"

/* Of {"method", "setId", "snapshotId", "context", "count", "disks"} those that the method takes. The answer is one
 * event. */
json::Writer call_raw(Provider &provider, const json::Value &command);
