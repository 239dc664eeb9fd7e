// CRC32C by the processor where it can, by table where it cannot.
#pragma once
