// The C interface of the TOML reader.
#pragma once
