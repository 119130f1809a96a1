"""No-op rounds inside Flower: a server that sends a model, sites that send it back."""

import json
import time

import numpy as np
from flwr.app import ArrayRecord, Message, RecordDict
from flwr.clientapp import ClientApp
from flwr.serverapp import ServerApp

server = ServerApp()
client = ClientApp()


@server.main()
def rounds(grid, context):
    """Send the model to all sites, wait for all, average; a line in ``sink`` after each round."""
    config = context.run_config
    while len(nodes := list(grid.get_node_ids())) < config["sites"]:
        time.sleep(0.2)
    model = np.ones(config["values"], np.float32)
    for number in range(1, config["rounds"] + 1):
        begun = time.perf_counter()
        content = RecordDict({"w": ArrayRecord([model])})
        sent = [Message(content=content, dst_node_id=node, message_type="train") for node in nodes]
        answers = [
            answer.content["w"].to_numpy_ndarrays()[0]
            for answer in grid.send_and_receive(sent)
            if answer.has_content()
        ]
        model = np.mean(answers, axis=0, dtype=np.float32)
        line = {"round": number, "seconds": time.perf_counter() - begun, "n": len(answers)}
        with open(config["sink"], "a") as file:  # noqa: PTH123 - as simple as can be
            file.write(json.dumps(line) + "\n")


@client.train()
def echo(message, context):
    """Send back what came."""
    return Message(content=message.content, reply_to=message)
