using BearerTools.Sandbox.CommandLine;

if (args is ["demo"]) return await Demo.RunAsync() == 0 ? 0 : 1;

if (args is ["browse", var address]) return await Browse.RunAsync(new Uri(address)) ? 0 : 1;

if (args is ["event-cost"])
{
    await EventCost.RunAsync();
    return 0;
}

if (args is ["trace-cost"])
{
    TraceCost.Run();
    return 0;
}

if (args is ["--help" or "-h" or "-?"])
{
    Console.WriteLine(Arguments.Usage);
    return 0;
}

if (Arguments.TryParse(args, out var problem) is not { } arguments)
{
    Console.Error.WriteLine(problem);
    Console.Error.WriteLine(Arguments.Usage);
    return 2;
}

try
{
    await Serve.RunAsync(arguments);
    return 0;
}
catch (IOException e)
{
    Console.Error.WriteLine(arguments.Port is > 0 ? $"{e.Message} Use --port 0 for a free port." : e.Message);
    return 1;
}
