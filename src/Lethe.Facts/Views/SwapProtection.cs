namespace Lethe.Facts.Views;

/// <summary>What keeps what is written to a device from being read there, from best to worst.</summary>
internal enum SwapProtection
{
    /// <summary>It stays in RAM.</summary>
    Memory,

    /// <summary>It is encrypted with a key that each start makes and nobody keeps.</summary>
    RandomKey,

    /// <summary>It is encrypted; whether the key is kept is not known.</summary>
    UnknownKey,

    /// <summary>It is encrypted with a key that is kept, or that a passphrase opens.</summary>
    StoredKey,

    /// <summary>What lies below is not known.</summary>
    Unknown,

    /// <summary>Nothing: it is written as it is.</summary>
    Plain,
}
