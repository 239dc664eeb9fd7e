/// One import for strategy authors: the rooms whose types they speak.
@_exported public import LockstepAnalytics
@_exported public import LockstepAudit
@_exported public import LockstepBacktest
@_exported public import LockstepBookMarket
@_exported public import LockstepBus
@_exported public import LockstepEvents
@_exported public import LockstepFeed
@_exported public import struct LockstepFiles.SHA256Digest
@_exported public import LockstepMarket
@_exported public import LockstepModel
@_exported public import LockstepOutcomeMarket
@_exported public import LockstepReports
@_exported public import LockstepRisk
@_exported public import LockstepStrategy
