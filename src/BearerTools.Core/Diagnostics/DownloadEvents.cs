namespace BearerTools.Diagnostics;

/// <summary>An event while a response is saved to a file.</summary>
internal abstract record DownloadEvent : DiagnosticEvent;

/// <summary>A partial download is resumed.</summary>
internal sealed record DownloadResumed(string Path, long Offset) : DownloadEvent;

/// <summary>The file is already complete.</summary>
internal sealed record DownloadAlreadyComplete(string Path) : DownloadEvent;

/// <summary>The server cannot resume and sends the complete file.</summary>
internal sealed record DownloadRestarted(string Path, long Offset) : DownloadEvent;

/// <summary>The part may be of another version than the file on the server, so the complete file is requested.</summary>
/// <param name="Path">The file.</param>
/// <param name="Offset">The length of the part.</param>
/// <param name="IsKnown">True if the version of the part is known, so that the file has changed.</param>
internal sealed record DownloadChanged(string Path, long Offset, bool IsKnown) : DownloadEvent;

/// <summary>The file is saved.</summary>
internal sealed record DownloadSaved(string Path) : DownloadEvent;
