# Finds the C++ Actor Framework where the distribution ships neither a CMake config nor a
# pkg-config file (Debian's libcaf-dev). Defines CAF_VERSION and the imported targets
# CAF::core, CAF::io and CAF::openssl, each pulling in the ones below it.
find_path(CAF_INCLUDE_DIR caf/config.hpp)
if(CAF_INCLUDE_DIR)
  file(STRINGS "${CAF_INCLUDE_DIR}/caf/config.hpp" _caf_version REGEX "#define CAF_VERSION [0-9]+")
  string(REGEX REPLACE ".* ([0-9]+)" "\\1" _caf_version "${_caf_version}")
  math(EXPR _caf_major "${_caf_version} / 10000")
  math(EXPR _caf_minor "(${_caf_version} / 100) % 100")
  math(EXPR _caf_patch "${_caf_version} % 100")
  set(CAF_VERSION "${_caf_major}.${_caf_minor}.${_caf_patch}")
endif()

find_package(Threads REQUIRED)
set(_caf_below Threads::Threads)
foreach(_caf_part core io openssl)
  find_library(CAF_${_caf_part}_LIBRARY caf_${_caf_part})
  mark_as_advanced(CAF_${_caf_part}_LIBRARY)
  if(CAF_${_caf_part}_LIBRARY)
    set(CAF_${_caf_part}_FOUND TRUE)
    if(NOT TARGET CAF::${_caf_part})
      add_library(CAF::${_caf_part} SHARED IMPORTED)
      set_target_properties(CAF::${_caf_part} PROPERTIES
        IMPORTED_LOCATION "${CAF_${_caf_part}_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${CAF_INCLUDE_DIR}"
        INTERFACE_LINK_LIBRARIES "${_caf_below}")
    endif()
    set(_caf_below CAF::${_caf_part})
  endif()
endforeach()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(CAF
  REQUIRED_VARS CAF_INCLUDE_DIR VERSION_VAR CAF_VERSION HANDLE_COMPONENTS)
