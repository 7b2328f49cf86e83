/* This DLL: where it lies, and whether anything of it is still in use. */
#pragma once
#include <windows.h>

#include <string>

extern HMODULE this_module;
extern LONG objects_in_use;

/* With the backslash at its end. */
std::wstring module_folder();
std::wstring module_path();
