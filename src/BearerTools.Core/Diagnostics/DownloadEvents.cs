namespace BearerTools.Diagnostics;

/// <summary>An event while a response is saved to a file.</summary>
internal abstract record DownloadEvent : DiagnosticEvent;

/// <summary>A partial download is resumed.</summary>
internal sealed record DownloadResumed(string Path, long Offset) : DownloadEvent;

/// <summary>The file is already complete.</summary>
internal sealed record DownloadAlreadyComplete(string Path) : DownloadEvent;

/// <summary>The server cannot resume and sends the complete file.</summary>
internal sealed record DownloadRestarted(string Path, long Offset) : DownloadEvent;

/// <summary>The file on the server has changed since the partial download, so the complete file is requested.</summary>
internal sealed record DownloadChanged(string Path, long Offset) : DownloadEvent;

/// <summary>The file is saved.</summary>
internal sealed record DownloadSaved(string Path) : DownloadEvent;
