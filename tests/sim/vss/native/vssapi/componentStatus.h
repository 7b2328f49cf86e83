/* How the components fared that the requestor added. */
#pragma once
#include <vss.h>
#include <vswriter.h>
#include <vsbackup.h>

#include "object.h"

IVssWriterComponentsExt *components_of(const json::Value &writer);
