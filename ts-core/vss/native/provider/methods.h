/* What is asked of the core: by the names of the COM methods, each with its deadline (VSS cancels a freeze after 10 s).
 */
#pragma once
#include <windows.h>

/* Which core a request goes to. A set stays with the core that it was begun on, alive or not. */
enum class Route { any_core, new_set, same_set };
/* Whether the volumes are frozen when it comes: then nothing may be written to a disk of this host. */
enum class Volumes { as_before, frozen, thawed };

struct Method {
  const char *name;
  DWORD timeout_ms;
  Route route;
  Volumes volumes;
};

namespace methods {

inline constexpr Method on_load{"OnLoad", 15000, Route::any_core, Volumes::as_before};
inline constexpr Method on_unload{"OnUnload", 5000, Route::any_core, Volumes::thawed};
inline constexpr Method are_luns_supported{"AreLunsSupported", 30000, Route::any_core, Volumes::as_before};
inline constexpr Method fill_in_lun_info{"FillInLunInfo", 30000, Route::any_core, Volumes::as_before};
inline constexpr Method begin_prepare{"BeginPrepareSnapshot", 60000, Route::new_set, Volumes::thawed};
inline constexpr Method end_prepare{"EndPrepareSnapshots", 180000, Route::same_set, Volumes::as_before};
inline constexpr Method pre_commit{"PreCommitSnapshots", 5000, Route::same_set, Volumes::frozen};
inline constexpr Method commit{"CommitSnapshots", 8500, Route::same_set, Volumes::frozen};
inline constexpr Method post_commit{"PostCommitSnapshots", 10000, Route::same_set, Volumes::frozen};
inline constexpr Method get_target_luns{"GetTargetLuns", 180000, Route::same_set, Volumes::thawed};
inline constexpr Method pre_final_commit{"PreFinalCommitSnapshots", 60000, Route::same_set, Volumes::thawed};
inline constexpr Method post_final_commit{"PostFinalCommitSnapshots", 60000, Route::same_set, Volumes::thawed};
inline constexpr Method locate_luns{"LocateLuns", 180000, Route::any_core, Volumes::thawed};
inline constexpr Method abort{"AbortSnapshots", 60000, Route::any_core, Volumes::thawed};
inline constexpr Method on_lun_empty{"OnLunEmpty", 180000, Route::any_core, Volumes::as_before};
inline constexpr Method on_lun_state_change{"OnLunStateChange", 60000, Route::any_core, Volumes::as_before};
inline constexpr Method on_reuse_luns{"OnReuseLuns", 60000, Route::any_core, Volumes::as_before};

}  // namespace methods
