/* What a writer says of itself, from the test's description of it. */
#pragma once
#include <vss.h>
#include <vswriter.h>
#include <vsbackup.h>

#include "object.h"

IVssExamineWriterMetadata *examine(const json::Value &writer);
